/** Times and spans as people read them. */
import { currentLanguage, t } from '@/i18n'

/** A shop's day is Beijing's day, wherever the browser stands: deadlines and return windows count by it. */
export const SHOP_ZONE = 'Asia/Shanghai'

const formats = new Map<string, Intl.DateTimeFormat>()
function format(kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${currentLanguage()} ${kind}`
  let made = formats.get(key)
  if (!made)
    formats.set(
      key,
      (made = new Intl.DateTimeFormat(currentLanguage(), { hourCycle: 'h23', timeZone: SHOP_ZONE, ...options })),
    )
  return made
}
const CLOCK = { hour: '2-digit', minute: '2-digit' } as const

export function clockTime(at: string | number): string {
  return format('clock', CLOCK).format(new Date(at))
}

/** Today 14:03, yesterday with its word, this year 11-02 14:03, older with the year. */
export function shortTime(at: string | number | null | undefined, now = Date.now()): string {
  if (at == null || at === '') return ''
  const date = new Date(at)
  const today = new Date(now)
  if (shopDay(date) === shopDay(today)) return clockTime(date.getTime())
  const sameYear = shopDay(date).slice(0, 4) === shopDay(today).slice(0, 4)
  return sameYear
    ? format('day', { month: '2-digit', day: '2-digit', ...CLOCK }).format(date)
    : format('year', { year: 'numeric', month: '2-digit', day: '2-digit', ...CLOCK }).format(date)
}

const days = new Intl.DateTimeFormat('sv-SE', { timeZone: SHOP_ZONE })

/** The date in the shop's zone as 2026-11-11. */
export function shopDay(at: Date | string | number): string {
  return days.format(new Date(at))
}

export function fullTime(at: string | number | null | undefined): string {
  if (at == null || at === '') return ''
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', ...CLOCK, second: '2-digit' } as const
  return format('full', parts).format(new Date(at))
}

const two = (value: number) => String(value).padStart(2, '0')

/** A span for a countdown: "04:09", "2:04:09", "3天 02:04". Whole seconds, never negative. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor((seconds % 86_400) / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (days > 0) return t('time.days', { days, rest: `${two(hours)}:${two(minutes)}` })
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds % 60)}`
  return `${two(minutes)}:${two(seconds % 60)}`
}

/** A span in words for people who plan: "7 天", "48 小时", "30 分钟". */
export function spanWords(ms: number): string {
  const units: [string, number][] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ]
  const found = units.find(([, size]) => ms >= size && ms % size === 0) ?? units.find(([, size]) => ms >= size)
  const [unit, size] = found ?? ['second', 1000]
  return t(`time.${unit}`, { n: Math.round((ms / size) * 10) / 10 })
}

export type Tone = 'calm' | 'soon' | 'urgent' | 'over' | 'paused'

/** How loud a countdown speaks: by the share of its time that is left when the start is known, else by the hour. */
export function toneOf(dueAt: number, now: number, startedAt?: number, paused = false): Tone {
  if (paused) return 'paused'
  const left = dueAt - now
  if (left <= 0) return 'over'
  if (startedAt !== undefined && dueAt > startedAt) {
    const share = left / (dueAt - startedAt)
    return share <= 0.2 ? 'urgent' : share <= 0.5 ? 'soon' : 'calm'
  }
  return left <= 10 * 60_000 ? 'urgent' : left <= 3_600_000 ? 'soon' : 'calm'
}

/** Which share of the time is gone, 0 to 1; for the ring beside a clock. */
export function gone(started: string, due: string, now: number): number {
  const [from, to] = [Date.parse(started), Date.parse(due)]
  if (!(to > from)) return 1
  return Math.min(1, Math.max(0, (now - from) / (to - from)))
}
