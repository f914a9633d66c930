/** Scripts put into the composer: the server fills them for this buyer, several become one message, files come along. */
import { fail } from '@/parts/notify'
import { fillReplies } from '../calls'
import type { Attachment, QuickReply, Row } from '../types'

export function useReplies(to: {
  row: () => Row
  insert: (words: string) => void
  attach: (files: Attachment[]) => void
}) {
  /** What the list showed is put in when the server cannot be asked: the words are the same. */
  async function choose(replies: readonly QuickReply[]): Promise<void> {
    if (!replies.length) return
    try {
      const made = await fillReplies(
        to.row().id,
        replies.map((one) => one.id),
      )
      to.insert(made.text)
      if (made.attachments.length) to.attach(made.attachments)
    } catch (error) {
      fail(error)
      to.insert(replies.map((one) => one.rendered ?? one.text).join('\n'))
    }
  }
  return { choose }
}
