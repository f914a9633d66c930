/** Messages as lines on the screen: a separator per day, the unread line, and who begins to speak anew. Pure. */
import { shopDay } from '@/parts/time'
import type { Message, Pending } from './types'

export type Line =
  | { type: 'day'; key: string; at: string }
  | { type: 'unread'; key: string }
  | { type: 'message'; key: string; message: Message; first: boolean }
  | { type: 'pending'; key: string; pending: Pending; first: boolean }

const SAME_BREATH = 4 * 60_000

/** The number of the message before which the unread line stands: the n-th last of the buyer, after our last answer. */
export function unreadFrom(messages: readonly Message[], unread: number): number | null {
  if (unread <= 0) return null
  const answered = messages.findLastIndex((one) => one.author.kind === 'staff' && one.kind !== 'note')
  const theirs = messages.slice(answered + 1).filter((one) => one.author.kind === 'buyer')
  return theirs.at(-unread)?.seq ?? theirs[0]?.seq ?? null
}

export function linesOf(messages: readonly Message[], outbox: readonly Pending[], unread: number | null): Line[] {
  const lines: Line[] = []
  let day = ''
  let before: { who: string; at: number } | null = null
  const turn = (who: string, at: string): boolean => {
    const now = Date.parse(at)
    const first = before?.who !== who || now - before.at > SAME_BREATH
    before = { who, at: now }
    return first
  }
  for (const message of messages) {
    if (shopDay(message.at) !== day) {
      day = shopDay(message.at)
      lines.push({ type: 'day', key: `d${day}`, at: message.at })
      before = null
    }
    if (message.seq === unread) lines.push({ type: 'unread', key: 'unread' })
    const who =
      message.kind === 'system' ? 'system' : `${message.author.kind}${message.author.id}${message.kind === 'note'}`
    lines.push({ type: 'message', key: message.client_id || `m${message.id}`, message, first: turn(who, message.at) })
  }
  for (const pending of outbox) lines.push({ type: 'pending', key: pending.client_id, pending, first: false })
  return lines
}
