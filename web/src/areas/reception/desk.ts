/**
 * The desk's memory as a pure function: old screen + events = fresh screen. No Vue, no clock, no network.
 *
 * Rows and messages carry numbers (`seq`), so an event that is already counted in changes nothing, whether it comes
 * twice or arrives after a newer answer from the server.
 */
import type { JournalEvent } from '@/live/streamCore'
import { dueWithin, type Hours } from './openTime'
import type { Message, Pending, Row, State } from './types'

/** The messages of one conversation, by number. */
export interface Thread {
  messages: readonly Message[]
  outbox: readonly Pending[]
  /** `before` of the page above; null when the beginning is reached. */
  above: number | null
  /** Messages are missing after the last one: load from there. */
  gap: boolean
  /** The buyer has seen everything up to this number. */
  readByBuyer: number
}
export interface Desk {
  rows: Readonly<Record<number, Row>>
  threads: Readonly<Record<number, Thread>>
  /** Conversations of which nothing is known yet, or whose buttons are out of date: ask the server. */
  ask: readonly number[]
  /** Conversations that the server does not show us; not asked for again until they change hands. */
  hidden: Readonly<Record<number, true>>
}
export interface Facts {
  /** Seconds in which a person must answer: the first time, and later. */
  limits(shop: number): { first: number; follow: number; hours?: Hours }
}

export const EMPTY: Desk = { rows: {}, threads: {}, ask: [], hidden: {} }
export const NEW_THREAD: Thread = { messages: [], outbox: [], above: null, gap: false, readByBuyer: 0 }

const wanted = (desk: Desk, id: number): Desk => (desk.ask.includes(id) ? desk : { ...desk, ask: [...desk.ask, id] })

function withRow(desk: Desk, id: number, changes: Partial<Row>): Desk {
  const row = desk.rows[id]
  return row ? { ...desk, rows: { ...desk.rows, [id]: { ...row, ...changes } } } : desk
}

function withThread(desk: Desk, id: number, changes: Partial<Thread>): Desk {
  const thread = desk.threads[id]
  return thread ? { ...desk, threads: { ...desk.threads, [id]: { ...thread, ...changes } } } : desk
}

/** A row as the server gives it now; an answer that is older than what is known does not win. */
export function putRow(desk: Desk, row: Row): Desk {
  const known = desk.rows[row.id]
  if (known && known.seq > row.seq) return desk
  const { [row.id]: _gone, ...hidden } = desk.hidden
  return { ...desk, rows: { ...desk.rows, [row.id]: row }, ask: desk.ask.filter((id) => id !== row.id), hidden }
}

export function hide(desk: Desk, id: number): Desk {
  const { [id]: _gone, ...rows } = desk.rows
  return { ...desk, rows, ask: desk.ask.filter((one) => one !== id), hidden: { ...desk.hidden, [id]: true } }
}

/** Messages from the server (a page above, or those that were missed) into their places. */
export function putMessages(desk: Desk, id: number, found: readonly Message[], above?: number | null): Desk {
  const thread = desk.threads[id] ?? NEW_THREAD
  const bySeq = new Map(thread.messages.map((one) => [one.seq, one]))
  for (const one of found) bySeq.set(one.seq, one)
  const arrived = new Set(found.map((one) => one.client_id))
  const next: Thread = {
    ...thread,
    messages: [...bySeq.values()].sort((a, b) => a.seq - b.seq),
    outbox: thread.outbox.filter((one) => !arrived.has(one.client_id)),
    above: above === undefined ? thread.above : above,
    gap: false,
  }
  return { ...desk, threads: { ...desk.threads, [id]: next } }
}

export function putPending(desk: Desk, id: number, pending: Pending): Desk {
  const thread = desk.threads[id] ?? NEW_THREAD
  if (thread.messages.some((one) => one.client_id === pending.client_id)) return desk
  const others = thread.outbox.filter((one) => one.client_id !== pending.client_id)
  return { ...desk, threads: { ...desk.threads, [id]: { ...thread, outbox: [...others, pending] } } }
}

export function dropPending(desk: Desk, id: number, clientId: string): Desk {
  const thread = desk.threads[id]
  return thread ? withThread(desk, id, { outbox: thread.outbox.filter((one) => one.client_id !== clientId) }) : desk
}

export function previewOf(message: Pick<Message, 'kind' | 'text' | 'card'>, picture = '[图片]'): string {
  if (message.text) return message.text.replace(/\s+/g, ' ').trim().slice(0, 120)
  if (message.kind === 'image') return picture
  if (message.kind === 'file') return '[文件]'
  return message.card ? `[${String(message.card.title ?? '')}]` : ''
}

/** What one message does to its row, as `columns_after` does it on the server. */
function afterMessage(row: Row, message: Message, facts: Facts): Row {
  if (message.seq <= row.seq) return row
  const moved = { ...row, seq: message.seq }
  if (message.kind === 'note' || message.kind === 'system') return moved
  const shown = { last_message_at: message.at, last_text: previewOf(message), last_author: message.author.kind }
  if (message.author.kind === 'buyer') {
    const since = row.waiting_since ?? message.at
    const limits = facts.limits(row.shop)
    const limit = row.first_reply_at ? limits.follow : limits.first
    const ends = dueWithin(limits.hours ?? [], Date.parse(since), limit * 1000)
    const due = row.reply_due_at ?? new Date(ends).toISOString()
    return { ...moved, ...shown, waiting_since: since, reply_due_at: due, unread: row.unread + 1 }
  }
  if (message.author.kind !== 'staff') return { ...moved, ...shown }
  const first = row.first_reply_at ?? message.at
  return { ...moved, ...shown, waiting_since: null, reply_due_at: null, first_reply_at: first }
}

function messageSent(desk: Desk, id: number, message: Message, facts: Facts): Desk {
  const row = desk.rows[id]
  let next = desk
  if (row) next = { ...next, rows: { ...next.rows, [id]: afterMessage(row, message, facts) } }
  else if (!desk.hidden[id]) next = wanted(next, id)
  const thread = next.threads[id]
  if (!thread) return next
  const last = thread.messages.at(-1)?.seq ?? 0
  if (thread.messages.length && message.seq > last + 1) {
    return withThread(next, id, { gap: true, outbox: thread.outbox.filter((o) => o.client_id !== message.client_id) })
  }
  return putMessages(next, id, [message])
}

const CHANGED_HANDS = new Set([
  'conversation.opened',
  'conversation.queued',
  'conversation.assigned',
  'conversation.taken',
  'conversation.transferred',
  'conversation.closed',
  'conversation.reopened',
  'conversation.linked',
  'conversation.snoozed',
  'conversation.woke',
  'conversation.merged',
  'conversation.invited',
  'conversation.guest_asked',
  'conversation.guest_left',
])

/** The row stays as it is; only the record behind it is asked for again. */
const SAME_HANDS = new Set([
  'conversation.opened',
  'conversation.linked',
  'conversation.merged',
  'conversation.invited',
  'conversation.guest_asked',
  'conversation.guest_left',
])

function handsOf(row: Row, kind: string, payload: Record<string, unknown>): Partial<Row> {
  const agent = payload.agent as number | null | undefined
  const named = agent ? { id: agent, name: String(payload.agent_name ?? '') } : null
  if (kind === 'conversation.queued') return { state: 'queued', agent: null, team: (payload.team as number) ?? null }
  if (kind === 'conversation.closed') {
    return { state: 'closed', waiting_since: null, reply_due_at: null, unread: 0 }
  }
  if (kind === 'conversation.transferred') {
    const team = (payload.team as number | null) ?? null
    return { state: (payload.state as State) ?? (named ? 'open' : 'queued'), agent: named, team }
  }
  if (kind === 'conversation.snoozed') {
    return { snoozed_at: String(payload.since), snoozed_until: (payload.until as string | null) ?? null }
  }
  if (kind === 'conversation.woke') return { snoozed_at: null, snoozed_until: null }
  if (SAME_HANDS.has(kind)) return {}
  return { state: 'open', agent: named ?? row.agent }
}

function changedHands(desk: Desk, id: number, event: JournalEvent): Desk {
  const { [id]: _gone, ...hidden } = desk.hidden
  const next = { ...desk, hidden }
  const row = next.rows[id]
  // Its buttons changed: the row is right at once, the buttons are asked for.
  return wanted(row ? withRow(next, id, handsOf(row, event.kind, event.payload)) : next, id)
}

function readBy(desk: Desk, id: number, payload: Record<string, unknown>): Desk {
  const seq = Number(payload.seq ?? 0)
  if (payload.side === 'buyer') {
    const thread = desk.threads[id]
    return thread ? withThread(desk, id, { readByBuyer: Math.max(thread.readByBuyer, seq) }) : desk
  }
  const row = desk.rows[id]
  return row && seq >= row.seq ? withRow(desk, id, { unread: 0 }) : desk
}

/** The screen after one event of the journal. */
export function reduce(desk: Desk, event: JournalEvent, facts: Facts): Desk {
  const id = Number(event.payload.conversation ?? 0)
  if (!id) return desk
  if (event.kind === 'message.sent') return messageSent(desk, id, event.payload.message as Message, facts)
  if (CHANGED_HANDS.has(event.kind)) return changedHands(desk, id, event)
  if (event.kind === 'conversation.read') return readBy(desk, id, event.payload)
  if (event.kind === 'conversation.urgent') {
    const row = desk.rows[id]
    return row?.waiting_since ? withRow(desk, id, { reply_due_at: String(event.payload.due_at) }) : desk
  }
  if (event.kind === 'conversation.labelled') return withRow(desk, id, { labels: event.payload.labels as string[] })
  if (event.kind === 'conversation.rated') return withRow(desk, id, { rating: Number(event.payload.stars) })
  return desk
}
