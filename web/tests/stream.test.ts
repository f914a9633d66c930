import { beforeEach, describe, expect, it } from 'vitest'
import { matches } from '@/live/stream'
import { backoff, StreamCore, type JournalEvent, type Note, type SourceEvents } from '@/live/streamCore'

const event = (number: number): JournalEvent => ({
  number,
  at: '',
  shop: 1,
  area: 'orders',
  kind: 'order.changed',
  subject: `order:${number}`,
  actor: 'staff:1',
  payload: {},
})

/** A tab, with the timers and connections that a test drives by hand. */
class Tab {
  seen: number[] = []
  resets = 0
  connections: { after: number; on: SourceEvents; closed: boolean }[] = []
  timers: { run: () => void; ms: number }[] = []
  core: StreamCore
  constructor(
    readonly room: Tab[],
    after: number,
  ) {
    const post = (note: Note) => room.forEach((tab) => tab !== this && tab.core.hear(structuredClone(note)))
    const connect = (from: number, on: SourceEvents) => {
      const made = { after: from, on, closed: false }
      this.connections.push(made)
      return { close: () => void (made.closed = true) }
    }
    const later = (run: () => void, ms: number) => this.timers.push({ run, ms })
    this.core = new StreamCore(
      { connect, post, later, cancel: () => undefined, random: () => 1 },
      { journal: (one) => this.seen.push(one.number), reset: () => (this.resets += 1) },
      after,
    )
    room.push(this)
  }
  get now() {
    return this.connections.at(-1)
  }
  tick(): void {
    this.timers.splice(0).forEach((timer) => timer.run())
  }
}

describe('stream', () => {
  let room: Tab[]
  beforeEach(() => (room = []))

  it('follows from the number the screen was read at', () => {
    const tab = new Tab(room, 40)
    tab.core.lead()
    tab.tick()
    expect(tab.now?.after).toBe(40)
    tab.now?.on.open()
    expect(tab.core.status).toBe('live')
  })
  it('resumes after a break with the last number, backing off, and handles nothing twice', () => {
    const tab = new Tab(room, 40)
    tab.core.lead()
    tab.tick()
    tab.now?.on.journal(event(41))
    tab.now?.on.journal(event(43))
    tab.now?.on.fail()
    expect(tab.core.status).toBe('waiting')
    expect(tab.timers[0]?.ms).toBe(1000)
    tab.tick()
    expect(tab.now?.after).toBe(43)
    tab.now?.on.fail()
    expect(tab.timers[0]?.ms).toBe(2000)
    tab.tick()
    tab.now?.on.open()
    tab.now?.on.journal(event(43))
    tab.now?.on.journal(event(44))
    expect(tab.seen).toEqual([41, 43, 44])
    tab.now?.on.fail()
    expect(tab.timers[0]?.ms).toBe(1000)
  })
  it('repeats events to the other tabs', () => {
    const first = new Tab(room, 40)
    first.core.lead()
    first.tick()
    const second = new Tab(room, 40)
    first.now?.on.journal(event(41))
    expect(second.seen).toEqual([41])
    expect(second.connections).toEqual([])
  })
  it('replays to a tab that read its screen earlier than it joined', () => {
    const first = new Tab(room, 40)
    first.core.lead()
    first.tick()
    for (const number of [41, 42, 43]) first.now?.on.journal(event(number))
    const late = new Tab(room, 41)
    first.core.hear({ type: 'join', last: 41 })
    expect(late.seen).toEqual([42, 43])
    expect(first.seen).toEqual([41, 42, 43])
  })
  it('tells a tab that is too far behind to reload', () => {
    const first = new Tab(room, 40)
    first.core.lead()
    first.tick()
    const old = new Tab(room, 12)
    first.core.hear({ type: 'join', last: 12 })
    expect(old.resets).toBe(1)
  })
  it('a new leader starts from the tab that is furthest behind', () => {
    const first = new Tab(room, 40)
    first.core.lead()
    first.tick()
    const second = new Tab(room, 40)
    first.now?.on.journal(event(41))
    const third = new Tab([], 39)
    third.room.push(...room)
    room.push(third)
    room.splice(0, 1)
    first.core.stop()
    second.core.lead()
    second.core.hear({ type: 'join', last: 39 })
    second.tick()
    expect(second.now?.after).toBe(39)
    second.now?.on.journal(event(40))
    second.now?.on.journal(event(41))
    second.now?.on.journal(event(42))
    expect(second.seen).toEqual([41, 42])
    expect(third.seen).toEqual([40, 41, 42])
  })
  it('goes on from the server’s number when too much was missed', () => {
    const tab = new Tab(room, 40)
    tab.core.lead()
    tab.tick()
    tab.now?.on.reset(90_000)
    expect(tab.resets).toBe(1)
    tab.now?.on.fail()
    tab.tick()
    expect(tab.now?.after).toBe(90_000)
  })
  it('waits longer and longer, up to half a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => backoff(attempt, 1))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ])
  })
  it('matches areas, kinds and subjects', () => {
    expect(matches(event(5), { area: 'orders', kind: 'order.', subject: 'order:5' })).toBe(true)
    expect(matches(event(5), { kind: 'order' })).toBe(false)
    expect(matches(event(5), { subject: 'order:', shop: 2 })).toBe(false)
  })
})
