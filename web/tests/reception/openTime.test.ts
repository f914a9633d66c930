import { expect, test } from 'vitest'
import { alarmOf, nextLate } from '@/areas/reception/boxes'
import { EMPTY, putRow, reduce } from '@/areas/reception/desk'
import { dueWithin, openBetween, readHours } from '@/areas/reception/openTime'
import type { Row } from '@/areas/reception/types'

const at = (day: number, clock: string) => Date.parse(`2026-11-${day}T${clock}+08:00`)
const hours = readHours([
  ['2026-11-10T01:00:00Z', '2026-11-10T16:00:00Z'],
  ['2026-11-11T01:00:00Z', '2026-11-11T16:00:00Z'],
  ['2026-11-12T01:00:00Z', '2026-11-12T16:00:00Z'],
])

test('a clock runs in opening hours only, as on the server', () => {
  expect(dueWithin(hours, at(11, '10:00:00'), 30_000)).toBe(at(11, '10:00:30'))
  expect(dueWithin(hours, at(11, '03:00:00'), 30_000)).toBe(at(11, '09:00:30'))
  expect(dueWithin(hours, at(10, '23:59:50'), 30_000)).toBe(at(11, '09:00:20'))
  expect(dueWithin([], at(11, '03:00:00'), 30_000)).toBe(at(11, '03:00:30'))
})

test('the night does not count as waiting', () => {
  expect(openBetween(hours, at(11, '03:00:00'), at(11, '08:00:00'))).toBe(0)
  expect(openBetween(hours, at(11, '03:00:00'), at(11, '09:01:00'))).toBe(60_000)
  expect(openBetween(hours, at(10, '23:59:00'), at(11, '09:01:00'))).toBe(120_000)
  expect(openBetween([], 5000, 9000)).toBe(4000)
})

const row = (id: number, since: number): Row => ({
  id,
  shop: 1,
  customer: { id, name: `b${id}`, vip: 0, level: 0 },
  agent: null,
  team: null,
  state: 'queued',
  waiting_since: new Date(since).toISOString(),
  reply_due_at: null,
  last_message_at: null,
  last_text: '',
  last_author: 'buyer',
  unread: 1,
  labels: [],
  seq: 1,
})
const now = at(11, '09:02:00')
const waited = (one: Row, moment: number) => openBetween(hours, Date.parse(one.waiting_since ?? ''), moment)

test('one alarm for all, and each press goes to the next of them', () => {
  const rows = [row(1, at(11, '03:00:00')), row(2, at(11, '09:00:10')), row(3, at(11, '09:01:00'))]
  expect(alarmOf(rows, now, () => 100, waited)).toEqual({ count: 2, seconds: 100, oldest: 1 })
  expect(alarmOf(rows, at(11, '09:01:00'), () => 100, waited)).toBeNull()
  const next = (open: number | null) => nextLate(rows, now, () => 100, open, waited)
  expect([next(null), next(1), next(2), next(3)]).toEqual([1, 2, 1, 1])
})

test('an urgent conversation is due earlier', () => {
  const before = putRow(EMPTY, row(1, now))
  const event = { number: 9, at: '', shop: 1, area: 'reception', kind: 'conversation.urgent', subject: '', actor: '' }
  const due = '2026-11-11T01:02:15Z'
  const facts = { limits: () => ({ first: 30, follow: 180 }) }
  const after = reduce(before, { ...event, payload: { conversation: 1, due_at: due } }, facts)
  expect(after.rows[1]?.reply_due_at).toBe(due)
})
