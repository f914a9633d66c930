/** The times of the shop's rules that the desk needs: first answer, later answers, and the slow-reply alarm. */
import { reactive } from 'vue'
import { session } from '@/live/session'
import { secondsOf } from './calls'
import type { Row } from './types'

interface Times {
  first: number
  follow: number
  alarm: number
}
/** Only until the rules have been read, a moment after the page opens. */
const MEANWHILE: Times = { first: 30, follow: 180, alarm: 100 }

export function useLimits() {
  const known = reactive<Record<number, Times>>({})
  async function read(shop: number): Promise<void> {
    const [first, follow, alarm] = await Promise.all([
      secondsOf('first_human_reply', shop, MEANWHILE.first),
      secondsOf('follow_up_reply', shop, MEANWHILE.follow),
      secondsOf('slow_reply_alarm', shop, MEANWHILE.alarm),
    ])
    known[shop] = { first, follow, alarm }
  }
  for (const shop of session.viewer?.shops ?? []) void read(shop.id)
  const limits = (shop: number): Times => known[shop] ?? MEANWHILE
  return {
    /** How long she may wait for this answer: for the first one, and for those that follow. */
    reply: (row: Row): number => (row.first_reply_at ? limits(row.shop).follow : limits(row.shop).first),
    limits,
    alarm: (shop: number): number => limits(shop).alarm,
  }
}
