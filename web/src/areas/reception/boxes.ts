/** Which conversations stand in which box, in what order, and how loud each one is. Pure. */
import { dueWithin, type Hours } from './openTime'
import type { Box, Row } from './types'

export interface Eye {
  me: number
  teams: readonly number[]
  /** May she see everybody's conversations in this shop? */
  seesAll(shop: number): boolean
  serves(shop: number): boolean
}

export function visible(row: Row, eye: Eye): boolean {
  if (eye.seesAll(row.shop)) return true
  if (!eye.serves(row.shop)) return false
  if (row.agent) return row.agent.id === eye.me
  return row.state === 'queued' && (row.team === null || eye.teams.includes(row.team))
}

export function inBox(row: Row, box: Box, eye: Eye): boolean {
  if (!visible(row, eye)) return false
  if (box === 'closed') return row.state === 'closed'
  if (row.state === 'closed') return false
  if (box === 'mine') return row.agent?.id === eye.me
  return box === 'queue' ? row.state === 'queued' : true
}

const time = (text: string | null | undefined) => (text ? Date.parse(text) : 0)

/** Longest waiting first; then what was touched last. */
export function byWait(a: Row, b: Row): number {
  if (a.waiting_since && b.waiting_since) return time(a.waiting_since) - time(b.waiting_since) || a.id - b.id
  if (a.waiting_since || b.waiting_since) return a.waiting_since ? -1 : 1
  return time(b.last_message_at) - time(a.last_message_at) || b.id - a.id
}

/** The order that was on the screen, for as long as the pointer is over it; what is new comes last. */
export function keepOrder(rows: readonly Row[], held: readonly number[]): Row[] {
  const place = new Map(held.map((id, index) => [id, index]))
  return [...rows].sort((a, b) => (place.get(a.id) ?? Infinity) - (place.get(b.id) ?? Infinity) || byWait(a, b))
}

/** When an answer is due. The server's clock ends when it has run out; who still waits is counted on from the rule. */
export function dueOf(row: Row, seconds: (row: Row) => number, hours: Hours = []): number | null {
  if (!row.waiting_since) return null
  if (row.reply_due_at) return time(row.reply_due_at)
  return dueWithin(hours, time(row.waiting_since), seconds(row) * 1000)
}

/** The share of the policy's time that has passed: 1 is due now. */
export function shareOf(since: number, due: number, now: number): number {
  return due > since ? Math.max(0, (now - since) / (due - since)) : now >= since ? 1 : 0
}

const STEPS = [0.33, 0.66, 1, 2, 5] as const
/** 0 calm … 5 long overdue: how deep the row is coloured. */
export function depthOf(share: number): number {
  return STEPS.filter((step) => share >= step).length
}

export interface Alarm {
  count: number
  seconds: number
  oldest: number
}
/** How long she has waited; the desk counts only while the shop is open. */
type Waited = (row: Row, now: number) => number
const plainWait: Waited = (row, now) => (row.waiting_since ? now - time(row.waiting_since) : 0)

/** One merged alarm for everybody who waits longer than the rule says. */
export function alarmOf(
  rows: readonly Row[],
  now: number,
  seconds: (shop: number) => number,
  waited: Waited = plainWait,
): Alarm | null {
  const late = rows.filter(
    (row) => row.state !== 'closed' && row.waiting_since && waited(row, now) > seconds(row.shop) * 1000,
  )
  if (!late.length) return null
  const first = [...late].sort(byWait)[0] as Row
  return { count: late.length, seconds: Math.min(...late.map((row) => seconds(row.shop))), oldest: first.id }
}

/** The one after the oldest, when the oldest is already on the screen: each click goes to somebody else. */
export function nextLate(
  rows: readonly Row[],
  now: number,
  seconds: (shop: number) => number,
  open: number | null,
  waited: Waited = plainWait,
) {
  const late = [...rows].filter((row) => row.waiting_since && waited(row, now) > seconds(row.shop) * 1000).sort(byWait)
  const place = late.findIndex((row) => row.id === open)
  return (late[place + 1] ?? late[0])?.id ?? null
}
