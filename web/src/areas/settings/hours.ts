/** Opening hours: several windows a day, Monday to Sunday, in the shop's time zone. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]
export type Window = [string, string]
export interface Hours {
  zone?: string
  days?: Partial<Record<Day, Window[]>>
}

export function minutesOf(text: string): number | null {
  const found = /^(\d{1,2})[:：](\d{2})$/.exec(text.trim())
  if (!found) return null
  const minutes = Number(found[1]) * 60 + Number(found[2])
  return Number(found[2]) < 60 && minutes <= 1440 ? minutes : null
}

export type Fault = 'time' | 'order' | 'overlap'

/** What is wrong with a day's windows, if anything: not a time, ends before it begins, or two overlap. */
export function faultOf(windows: readonly Window[]): Fault | null {
  const spans = windows.map(([from, until]) => [minutesOf(from), minutesOf(until)] as const)
  if (spans.some(([from, until]) => from === null || until === null)) return 'time'
  const known = spans as [number, number][]
  if (known.some(([from, until]) => from >= until)) return 'order'
  const sorted = [...known].sort((a, b) => a[0] - b[0])
  return sorted.some(([from], place) => place > 0 && from < (sorted[place - 1]?.[1] ?? 0)) ? 'overlap' : null
}

const written = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** A window to add: nine to six on a free day, else the longest gap that is left; null when the day is full. */
export function nextWindow(windows: readonly Window[]): Window | null {
  if (windows.length === 0) return ['09:00', '18:00']
  const spans = windows.map(([from, until]) => [minutesOf(from) ?? 0, minutesOf(until) ?? 0] as const)
  const edges = [...[...spans].sort((a, b) => a[0] - b[0]), [1440, 1440] as const]
  let best: [number, number] = [0, 0]
  let free = 0
  for (const [from, until] of edges) {
    if (from - free > best[1] - best[0]) best = [free, from]
    free = Math.max(free, until)
  }
  return best[1] - best[0] >= 15 ? [written(best[0]), written(best[1])] : null
}

export function weekMinutes(hours: Hours): number {
  return DAYS.flatMap((day) => hours.days?.[day] ?? []).reduce(
    (sum, [from, until]) => sum + Math.max(0, (minutesOf(until) ?? 0) - (minutesOf(from) ?? 0)),
    0,
  )
}

export function tidy(hours: Hours): Hours {
  const two = (text: string) => written(minutesOf(text) ?? 0)
  const days = Object.fromEntries(
    DAYS.map((day) => [
      day,
      (hours.days?.[day] ?? []).map(([a, b]): Window => [two(a), two(b)]).sort((x, y) => x[0].localeCompare(y[0])),
    ]),
  )
  return { zone: hours.zone ?? 'Asia/Shanghai', days }
}
