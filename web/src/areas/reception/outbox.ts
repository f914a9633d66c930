/** What we say: on the screen at once, marked until the server has written it, kept when it could not be sent. */
import type { ShallowRef } from 'vue'
import { ApiError } from '@/api/client'
import { serverNow } from '@/live/clock'
import { session } from '@/live/session'
import * as calls from './calls'
import { dropPending, putMessages, putPending, type Desk } from './desk'
import type { Attachment, Message, MessageKind, Pending, Verdict } from './types'

export interface Draft {
  kind: MessageKind
  text: string
  attachments: Attachment[]
  confirm?: string
}
export type Outcome = { ok: true } | { ok: false; verdict?: Verdict; error: string }

const newId = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`

export function createOutbox(desk: ShallowRef<Desk>, update: (next: Desk) => void) {
  async function post(id: number, pending: Pending): Promise<Outcome> {
    const sending: Pending = { ...pending, state: 'sending', error: '' }
    update(putPending(desk.value, id, sending))
    try {
      const sent = await calls.send({
        conversation: id,
        client_id: pending.client_id,
        kind: pending.kind,
        text: pending.text,
        attachments: pending.attachments.map((one) => one.id),
        ...(pending.confirm ? { confirm: pending.confirm } : {}),
      })
      written(id, pending, sent)
      return { ok: true }
    } catch (error) {
      const told = error instanceof ApiError ? error : null
      if (told?.code === 'guard') {
        update(dropPending(desk.value, id, pending.client_id))
        return { ok: false, verdict: (told.body as { guard: Verdict }).guard, error: told.message }
      }
      const text = told?.message ?? String(error)
      update(putPending(desk.value, id, { ...sending, state: 'failed', error: text }))
      return { ok: false, error: text }
    }
  }

  /** The event may already have put it in its place; then nothing changes. */
  function written(id: number, pending: Pending, sent: calls.Sent): void {
    const thread = desk.value.threads[id]
    if (thread?.messages.some((one) => one.seq === sent.message.seq)) {
      update(dropPending(desk.value, id, pending.client_id))
      return
    }
    const last = thread?.messages.at(-1)?.seq ?? 0
    // Something else came in between and is still on its way: the stream brings both in order.
    if (last && sent.message.seq > last + 1) return
    const viewer = session.viewer
    const message: Message = {
      ...sent.message,
      client_id: pending.client_id,
      author: { kind: 'staff', id: viewer?.id ?? null, name: viewer?.name ?? '' },
      kind: pending.kind,
      text: pending.text,
      attachments: pending.attachments,
      card: null,
      guard: sent.guard,
    }
    update(putMessages(desk.value, id, [message]))
  }

  function say(id: number, draft: Draft): Promise<Outcome> {
    const at = new Date(serverNow()).toISOString()
    return post(id, { ...draft, client_id: newId(), at, state: 'sending', error: '' })
  }
  const again = (id: number, pending: Pending): Promise<Outcome> => post(id, pending)
  const forget = (id: number, pending: Pending): void => update(dropPending(desk.value, id, pending.client_id))
  return { say, again, forget }
}
