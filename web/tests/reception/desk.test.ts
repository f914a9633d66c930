import { expect, it } from 'vitest'
import { EMPTY, hide, putMessages, putPending, putRow, reduce, type Desk } from '@/areas/reception/desk'
import type { Message, Row } from '@/areas/reception/types'
import type { JournalEvent } from '@/live/streamCore'

const facts = { limits: () => ({ first: 30, follow: 180 }) }
const at = (second: number) => new Date(Date.UTC(2026, 10, 11, 4, 0, second)).toISOString()

function row(more: Partial<Row> = {}): Row {
  return {
    id: 7,
    shop: 1,
    customer: { id: 3, name: '小鹿', vip: 0, level: 0 },
    agent: null,
    team: null,
    state: 'queued',
    waiting_since: null,
    reply_due_at: null,
    first_reply_at: null,
    last_message_at: at(0),
    last_text: '',
    last_author: 'bot',
    unread: 0,
    labels: [],
    seq: 1,
    ...more,
  }
}
function message(seq: number, author = 'buyer', more: Partial<Message> = {}): Message {
  return {
    id: 100 + seq,
    seq,
    client_id: `c${seq}`,
    author: { kind: author, id: 1, name: author },
    kind: 'text',
    text: `text ${seq}`,
    attachments: [],
    card: null,
    at: at(seq),
    guard: null,
    ...more,
  }
}
let number = 0
function event(kind: string, payload: Record<string, unknown> = {}): JournalEvent {
  number += 1
  const told = { conversation: 7, ...payload }
  return {
    number,
    at: at(0),
    shop: 1,
    area: 'reception',
    kind,
    subject: 'conversation:7',
    actor: 'system',
    payload: told,
  }
}
const said = (one: Message) => event('message.sent', { message: one })
const play = (desk: Desk, ...events: JournalEvent[]) => events.reduce((now, one) => reduce(now, one, facts), desk)
const start = () => putMessages(putRow(EMPTY, row()), 7, [message(1, 'bot')], null)

it('a buyer begins to wait with her first unanswered message and stops when somebody answers', () => {
  let desk = play(start(), said(message(2)), said(message(3)))
  expect(desk.rows[7]).toMatchObject({
    unread: 2,
    waiting_since: at(2),
    reply_due_at: at(32),
    last_text: 'text 3',
    seq: 3,
  })
  desk = play(desk, said(message(4, 'staff')))
  expect(desk.rows[7]).toMatchObject({
    waiting_since: null,
    reply_due_at: null,
    first_reply_at: at(4),
    last_author: 'staff',
  })
  desk = play(desk, said(message(5)))
  expect(desk.rows[7]?.reply_due_at).toBe(at(185))
})
it('what comes twice counts once, and an old event changes nothing', () => {
  const one = said(message(2))
  const once = play(start(), one)
  expect(play(once, one)).toEqual(once)
  const fresh = putRow(EMPTY, row({ seq: 5, unread: 4, last_text: 'newest' }))
  const after = play(fresh, said(message(4)))
  expect(after.rows[7]).toEqual(fresh.rows[7])
})
it('old screen and events make the fresh screen, in whatever order rows and events arrive', () => {
  const events = [
    said(message(2)),
    event('conversation.taken', { agent: 4, agent_name: '圈圈' }),
    said(message(3, 'staff')),
    said(message(4)),
  ]
  const told = play(start(), ...events)
  const answer = row({ ...told.rows[7], state: 'open', agent: { id: 4, name: '圈圈' } })
  const early = play(putRow(start(), answer), ...events)
  expect(early.rows[7]).toEqual(told.rows[7])
  expect(told.threads[7]?.messages.map((one) => one.seq)).toEqual([1, 2, 3, 4])
})
it('a note and a system line stand in the conversation but do not move the row', () => {
  const desk = play(
    start(),
    said(message(2)),
    said(message(3, 'staff', { kind: 'note' })),
    said(message(4, 'system', { kind: 'system' })),
  )
  expect(desk.rows[7]).toMatchObject({ waiting_since: at(2), last_text: 'text 2', unread: 1, seq: 4 })
  expect(desk.threads[7]?.messages).toHaveLength(4)
})
it('the bot is nobody who answers', () => {
  const desk = play(start(), said(message(2)), said(message(3, 'bot')))
  expect(desk.rows[7]).toMatchObject({ waiting_since: at(2), first_reply_at: null })
})
it('take, transfer, close and reopen move it between people; its buttons are asked for anew', () => {
  let desk = play(start(), said(message(2)), event('conversation.taken', { agent: 4, agent_name: '圈圈' }))
  expect(desk.rows[7]).toMatchObject({ state: 'open', agent: { id: 4, name: '圈圈' } })
  expect(desk.ask).toEqual([7])
  desk = play(desk, event('conversation.transferred', { agent: null, team: 2, state: 'queued' }))
  expect(desk.rows[7]).toMatchObject({ state: 'queued', agent: null, team: 2, waiting_since: at(2) })
  desk = play(
    desk,
    event('conversation.assigned', { agent: 5, agent_name: '安安' }),
    event('conversation.closed', { reason: 'solved', agent: 5 }),
  )
  expect(desk.rows[7]).toMatchObject({ state: 'closed', waiting_since: null, unread: 0, agent: { id: 5 } })
  desk = play(desk, event('conversation.reopened', { agent: 4, agent_name: '圈圈', state: 'open' }))
  expect(desk.rows[7]).toMatchObject({ state: 'open', agent: { id: 4 } })
})
it('reading clears the badge, but not for messages that came after the reading', () => {
  const two = play(start(), said(message(2)), said(message(3)))
  expect(play(two, event('conversation.read', { side: 'agent', seq: 3 })).rows[7]?.unread).toBe(0)
  expect(play(two, event('conversation.read', { side: 'agent', seq: 2 })).rows[7]?.unread).toBe(2)
  expect(play(two, event('conversation.read', { side: 'buyer', seq: 3 })).threads[7]?.readByBuyer).toBe(3)
})
it('an unknown conversation is asked for once; one that is hidden only when it changes hands', () => {
  const desk = play(EMPTY, said(message(2)), said(message(3)))
  expect(desk.ask).toEqual([7])
  const hidden = hide(desk, 7)
  expect(play(hidden, said(message(4))).ask).toEqual([])
  expect(play(hidden, event('conversation.transferred', { agent: 4, agent_name: '圈圈', state: 'open' })).ask).toEqual([
    7,
  ])
})
it('our own message is on the screen once: first as pending, then as what the server wrote', () => {
  const pending = {
    client_id: 'c2',
    kind: 'text' as const,
    text: 'x',
    attachments: [],
    at: at(2),
    state: 'sending' as const,
    error: '',
  }
  let desk = putPending(start(), 7, pending)
  expect(desk.threads[7]?.outbox).toHaveLength(1)
  desk = play(desk, said(message(2, 'staff')))
  expect(desk.threads[7]).toMatchObject({ outbox: [] })
  expect(desk.threads[7]?.messages).toHaveLength(2)
  expect(putPending(desk, 7, pending)).toBe(desk)
})
it('a hole in the numbers is noticed and filled', () => {
  const desk = play(start(), said(message(4)))
  expect(desk.threads[7]).toMatchObject({ gap: true })
  const filled = putMessages(desk, 7, [message(2), message(3), message(4)])
  expect(filled.threads[7]?.messages.map((one) => one.seq)).toEqual([1, 2, 3, 4])
  expect(filled.threads[7]?.gap).toBe(false)
})
it('an older answer of the server does not win over what the stream has told', () => {
  const desk = play(start(), said(message(2)))
  expect(putRow(desk, row()).rows[7]?.seq).toBe(2)
})
