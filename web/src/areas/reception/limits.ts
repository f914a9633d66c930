/** The times of the shop's rules that the desk needs: answers, the slow-reply alarm, silence; and the opening hours. */
import { onScopeDispose, reactive } from 'vue'
import { replyClocks } from './calls'
import { openBetween, readHours, type Hours } from './openTime'
import type { Row } from './types'

interface Times {
  first: number
  follow: number
  alarm: number
  stale: number
  hours: Hours
}
/** Only until the rules have been read, a moment after the page opens. */
const MEANWHILE: Times = { first: 30, follow: 180, alarm: 100, stale: 600, hours: [] }
/** The hours that were read reach some days ahead. */
const AGAIN_MS = 30 * 60_000

export function useLimits() {
  const known = reactive<Record<number, Times>>({})
  async function read(): Promise<void> {
    const rows = await replyClocks().catch(() => [])
    for (const row of rows) {
      known[row.shop] = {
        first: row.first_human_reply,
        follow: row.follow_up_reply,
        alarm: row.slow_reply_alarm,
        stale: row.stale_window,
        hours: readHours(row.hours),
      }
    }
  }
  void read()
  const timer = setInterval(() => void read(), AGAIN_MS)
  onScopeDispose(() => clearInterval(timer))
  const limits = (shop: number): Times => known[shop] ?? MEANWHILE
  return {
    /** How long she may wait for this answer: for the first one, and for those that follow. */
    reply: (row: Row): number => (row.first_reply_at ? limits(row.shop).follow : limits(row.shop).first),
    limits,
    alarm: (shop: number): number => limits(shop).alarm,
    /** How long she has waited, counted while the shop is open. */
    waited: (row: Row, now: number): number =>
      row.waiting_since ? openBetween(limits(row.shop).hours, Date.parse(row.waiting_since), now) : 0,
    /** Served, silent, and nobody waits: to be finished (R068). */
    stale: (row: Row, now: number): boolean =>
      row.state === 'open' &&
      row.agent !== null &&
      !row.waiting_since &&
      row.last_message_at !== null &&
      !(row.snoozed_until && Date.parse(row.snoozed_until) > now) &&
      now - Date.parse(row.last_message_at) >= limits(row.shop).stale * 1000,
  }
}
