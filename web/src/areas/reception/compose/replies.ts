/** A quick reply that was used moves up in the list; nobody waits for that. */
import { useReply } from '../calls'
import type { QuickReply } from '../types'

export function markUsed(reply: QuickReply, conversation: number): void {
  useReply(reply.id, conversation).catch(() => undefined)
}
