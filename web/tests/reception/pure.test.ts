import { expect, it } from 'vitest'
import { alarmOf, byWait, depthOf, dueOf, inBox, keepOrder, nextLate, shareOf, visible } from '@/areas/reception/boxes'
import { hintsOf, piecesOf, rewrite } from '@/areas/reception/guard'
import { linesOf, unreadFrom } from '@/areas/reception/lines'
import { put, slashAt } from '@/areas/reception/slash'
import type { GuardHit, Message, Row, Verdict } from '@/areas/reception/types'

const T = Date.UTC(2026, 10, 11, 4)
const at = (second: number) => new Date(T + second * 1000).toISOString()
const row = (id: number, more: Partial<Row> = {}): Row => ({
  id,
  shop: 1,
  customer: { id, name: `b${id}`, vip: 0, level: 0 },
  agent: null,
  team: null,
  state: 'queued',
  waiting_since: null,
  reply_due_at: null,
  last_message_at: at(id),
  last_text: '',
  last_author: '',
  unread: 0,
  labels: [],
  seq: 1,
  ...more,
})
const eye = { me: 4, teams: [2], seesAll: () => false, serves: () => true }

it('an agent sees her own, the queue and the queue of her teams; a supervisor sees all', () => {
  const mine = row(1, { state: 'open', agent: { id: 4, name: 'me' } })
  const hers = row(2, { state: 'open', agent: { id: 5, name: 'her' } })
  expect([mine, hers, row(3), row(4, { team: 2 }), row(5, { team: 9 })].map((one) => visible(one, eye))).toEqual([
    true,
    false,
    true,
    true,
    false,
  ])
  expect(inBox(hers, 'all', { ...eye, seesAll: () => true })).toBe(true)
  expect(inBox(mine, 'mine', eye)).toBe(true)
  expect(inBox({ ...mine, state: 'closed' }, 'mine', eye)).toBe(false)
})
it('longest waiting first, and nothing jumps while the pointer is over the list', () => {
  const rows = [row(1), row(2, { waiting_since: at(9) }), row(3, { waiting_since: at(5) }), row(4)]
  expect([...rows].sort(byWait).map((one) => one.id)).toEqual([3, 2, 4, 1])
  expect(keepOrder(rows, [1, 2]).map((one) => one.id)).toEqual([1, 2, 3, 4])
})
it('the row deepens by the share of the rule, and goes on after the clock has run out', () => {
  const one = row(1, { waiting_since: at(0), first_reply_at: null })
  expect(dueOf(one, () => 30)).toBe(T + 30_000)
  expect(dueOf({ ...one, reply_due_at: at(60) }, () => 30)).toBe(T + 60_000)
  expect([0, 10, 20, 30, 60, 200].map((s) => depthOf(shareOf(T, T + 30_000, T + s * 1000)))).toEqual([0, 1, 2, 3, 4, 5])
})
it('one alarm for all who wait too long, and each click goes to somebody else', () => {
  const rows = [row(1, { waiting_since: at(0) }), row(2, { waiting_since: at(40) }), row(3, { waiting_since: at(199) })]
  const now = T + 200_000
  expect(alarmOf(rows, now, () => 100)).toEqual({ count: 2, seconds: 100, oldest: 1 })
  expect(alarmOf(rows, now, () => 900)).toBeNull()
  expect(nextLate(rows, now, () => 100, 1)).toBe(2)
  expect(nextLate(rows, now, () => 100, null)).toBe(1)
})

const hit = (span: [number, number], more: Partial<GuardHit> = {}): GuardHit => ({
  id: 'contact.wechat',
  level: 'block',
  span,
  title: '微信',
  reason: '',
  rewrite: null,
  penalty: null,
  source: [],
  ...more,
})
it('findings are marked where they stand, also behind an emoji that takes two places', () => {
  const text = '😊加微信吧'
  const verdict: Verdict = { verdict: 'block', rules: [hit([1, 4]), hit([2, 4], { level: 'warn', id: 'x' })] }
  expect(piecesOf(text, verdict)).toEqual([
    { text: '😊', level: '' },
    { text: '加微信', level: 'block' },
    { text: '吧', level: '' },
  ])
})
it('a proposed answer takes the place of the sentence, a word only of the word', () => {
  const text = '您好。加微信吧，返现哦！谢谢'
  expect(rewrite(text, hit([3, 6], { rewrite: '亲，请直接用旺旺沟通哦' }))).toBe('您好。亲，请直接用旺旺沟通哦！谢谢')
  expect(rewrite('全网最低价', hit([0, 4], { rewrite: '实惠' }))).toBe('实惠价')
})
it('the same rule in two places is one hint, what is only logged is none', () => {
  const verdict: Verdict = {
    verdict: 'warn',
    rules: [hit([0, 1]), hit([1, 2]), hit([2, 3], { id: 'l', level: 'log' })],
  }
  expect(hintsOf('甲乙丙', verdict)).toMatchObject([{ words: ['甲', '乙'] }])
})

it('"/" looks up at the beginning, after a space or a sentence, never in a date or address', () => {
  expect(slashAt('/yf', 3)).toEqual({ from: 0, query: 'yf' })
  expect(slashAt('好的。/退货', 6)).toEqual({ from: 3, query: '退货' })
  expect(slashAt('11/12', 5)).toBeNull()
  expect(slashAt('http://a', 8)).toBeNull()
})
it('several replies stack, each on its own line', () => {
  const one = put('/yf', 3, slashAt('/yf', 3), '运费说明。')
  expect(one).toEqual({ text: '运费说明。', cursor: 5 })
  const text = `${one.text}/kd后面`
  expect(put(text, 8, slashAt(text, 8), '快递说明')).toEqual({ text: '运费说明。\n快递说明后面', cursor: 10 })
})

const message = (seq: number, kind: string, when: number): Message => ({
  id: seq,
  seq,
  client_id: `c${seq}`,
  author: { kind, id: 1, name: kind },
  kind: 'text',
  text: 't',
  attachments: [],
  card: null,
  at: at(when),
  guard: null,
})
it('a line per day, the unread line after our last answer, and a new turn after a pause', () => {
  const list = [
    message(1, 'buyer', -86_400),
    message(2, 'buyer', 0),
    message(3, 'staff', 5),
    message(4, 'buyer', 10),
    message(5, 'buyer', 900),
  ]
  expect(unreadFrom(list, 4)).toBe(4)
  expect(unreadFrom(list, 1)).toBe(5)
  expect(unreadFrom(list, 0)).toBeNull()
  const lines = linesOf(list, [], 4)
  expect(lines.map((one) => one.type)).toEqual([
    'day',
    'message',
    'day',
    'message',
    'message',
    'unread',
    'message',
    'message',
  ])
  expect(lines.filter((one) => one.type === 'message').map((one) => one.first)).toEqual([true, true, true, true, true])
})
