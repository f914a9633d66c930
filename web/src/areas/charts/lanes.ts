/**
 * A chart in lanes, pure: one lane for each role, one row for each step, so that no line ever runs through a box.
 * A line leaves a box sideways or downwards, runs along its own row, and turns in a lane that is free or between two lanes.
 */
import { textWidth } from '@/parts/flow/chart'
import type { ServiceChart, Step } from './model'

export const LANE = 208
const ROW = 84
const HEAD = 38
const PAD = 6
const HALF = { step: { x: 86, y: 24 }, start: { x: 86, y: 24 }, end: { x: 86, y: 22 }, ask: { x: 92, y: 34 } }

export interface Box extends Step {
  x: number
  y: number
  halfX: number
  halfY: number
  lane: number
  row: number
  lines: string[]
}
export interface Line {
  key: string
  path: string
  label: string
  at: { x: number; y: number; anchor: 'start' | 'end' }
}
export interface Drawn {
  boxes: Box[]
  lines: Line[]
  width: number
  height: number
}

/** A label broken into lines that fit: Chinese anywhere, English between words. */
export function broken(text: string, room: number, size: number): string[] {
  const parts = /[^\x20-\x7e]/.test(text) ? [...text] : text.split(/(?<= )/)
  const lines = ['']
  for (const part of parts) {
    const last = lines.at(-1) ?? ''
    const closing = /^[，。、；：？！）”]$/.test(part)
    if (last && !closing && textWidth((last + part).trimEnd(), size) > room) lines.push(part)
    else lines[lines.length - 1] = last + part
  }
  return lines.map((line) => line.trim())
}

function boxOf(step: Step, row: number, lane: number): Box {
  const half = HALF[step.shape]
  const room = step.shape === 'ask' ? 102 : half.x * 2 - 14
  return {
    ...step,
    lane,
    row,
    x: PAD + (lane + 0.5) * LANE,
    y: HEAD + (row + 0.5) * ROW,
    halfX: half.x,
    halfY: half.y,
    lines: broken(step.label, room, 12.5),
  }
}

type Side = 'left' | 'right' | 'down'

export function draw(chart: ServiceChart): Drawn {
  const lanes = chart.lanes.map((lane) => lane.who)
  const boxes = chart.steps.map((step, row) => boxOf(step, row, lanes.indexOf(step.who)))
  const named = new Map(boxes.map((box) => [box.name, box]))
  const busy = (lane: number, from: number, to: number) =>
    boxes.some((box) => box.lane === lane && box.row > Math.min(from, to) && box.row < Math.max(from, to))
  const wishes = boxes.flatMap((from) =>
    from.ways.map((way) => {
      const to = named.get(way.to) as Box
      const straight = to.lane === from.lane && to.row > from.row && !busy(from.lane, from.row, to.row)
      const last = from.lane === lanes.length - 1
      const side: Side = straight
        ? 'down'
        : to.lane === from.lane
          ? last
            ? 'left'
            : 'right'
          : to.lane > from.lane
            ? 'right'
            : 'left'
      return { from, to, label: way.label, side }
    }),
  )
  const slots = new Map<number, { low: number; high: number; to: string }[][]>()
  /** Where a vertical runs between two lanes: lines to the same box share one, others keep apart. */
  const gutter = (edge: number, low: number, high: number, to: string): number => {
    const used = slots.get(edge) ?? []
    slots.set(edge, used)
    let place = used.findIndex((runs) => runs.every((run) => run.to === to || run.high < low || run.low > high))
    if (place < 0) place = used.push([]) - 1
    used[place]?.push({ low, high, to })
    return PAD + edge * LANE + [5, -5, 11, -11, 0][place % 5]!
  }
  const lines = wishes.map(({ from, to, label, side }, index): Line => {
    const key = `${from.name}>${to.name}${String(index)}`
    if (side === 'down') {
      return {
        key,
        path: `M${from.x} ${from.y + from.halfY}V${to.y - to.halfY}`,
        label,
        at: { x: from.x + 6, y: from.y + from.halfY + 13, anchor: 'start' },
      }
    }
    const sign = side === 'right' ? 1 : -1
    const mates = wishes.filter((one) => one.from === from && one.side === side)
    const shift = (mates.findIndex((one) => one.to === to) - (mates.length - 1) / 2) * 15
    const slope = from.shape === 'ask' ? (Math.abs(shift) / from.halfY) * from.halfX : 0
    const out = { x: from.x + sign * (from.halfX - slope), y: from.y + shift }
    const at = {
      x: from.x + sign * (from.halfX + 5),
      y: out.y - 4,
      anchor: sign > 0 ? ('start' as const) : ('end' as const),
    }
    const over = to.lane !== from.lane && to.row > from.row && !busy(to.lane, from.row, to.row)
    if (over) return { key, path: `M${out.x} ${out.y}H${to.x}V${to.y - to.halfY}`, label, at }
    // Along the source's row, down (or up) beside the target's lane, and in from the side it comes from.
    const edge = to.lane === from.lane ? from.lane + (sign > 0 ? 1 : 0) : to.lane > from.lane ? to.lane : to.lane + 1
    const x = gutter(edge, Math.min(from.y, to.y), Math.max(from.y, to.y), to.name)
    const inside = to.x + (x > to.x ? to.halfX : -to.halfX)
    return { key, path: `M${out.x} ${out.y}H${x}V${to.y}H${inside}`, label, at }
  })
  return { boxes, lines, width: PAD * 2 + lanes.length * LANE, height: HEAD + boxes.length * ROW }
}
