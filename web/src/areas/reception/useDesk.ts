/** The workbench's live memory: loads once, then follows the stream; every pane of the page shares it. */
import { computed, inject, onScopeDispose, provide, ref, shallowRef, type InjectionKey } from 'vue'
import { ApiError } from '@/api/client'
import { fail } from '@/parts/notify'
import { useNow } from '@/live/clock'
import { may, session } from '@/live/session'
import { useJournal, useReset, useTyping } from '@/live/stream'
import { bell } from './bell'
import { alarmOf, byWait, dueOf, inBox, nextLate, visible, type Eye } from './boxes'
import * as calls from './calls'
import { EMPTY, hide, NEW_THREAD, putMessages, putRow, reduce, type Desk, type Thread } from './desk'
import { createFresh } from './fresh'
import { createOutbox } from './outbox'
import { useLimits } from './limits'
import type { Row, Talk } from './types'

const TYPING_MS = 4500

function createDesk(goNext: () => void) {
  const desk = shallowRef<Desk>(EMPTY)
  const talks = ref<Record<number, Talk>>({})
  const loading = ref(true)
  const broken = ref<ApiError | null>(null)
  const opened = ref<number | null>(null)
  const typing = ref<Record<number, { name: string; kind: string; until: number }>>({})
  const now = useNow()
  const limits = useLimits()
  const me = computed(() => session.viewer?.id ?? 0)

  const eye: Eye = {
    get me() {
      return me.value
    },
    get teams() {
      return (session.viewer as { team_ids?: number[] } | null)?.team_ids ?? []
    },
    seesAll: (shop) => may(['chat.all', 'chat.assign'], shop),
    serves: (shop) => may('chat', shop),
  }
  const update = (next: Desk) => {
    desk.value = next
    if (next.ask.length) askSoon()
  }

  let asking: ReturnType<typeof setTimeout> | undefined
  function askSoon(): void {
    clearTimeout(asking)
    asking = setTimeout(() => void askNow(), 60)
  }
  async function askNow(): Promise<void> {
    const ids = desk.value.ask.slice(0, 20)
    desk.value = { ...desk.value, ask: desk.value.ask.slice(20) }
    await Promise.all(ids.map(fetchTalk))
    if (desk.value.ask.length) askSoon()
  }

  const talkNow = createFresh(calls.talkOf)
  /** One conversation with its buttons; one that may not be seen any more leaves the list. */
  async function fetchTalk(id: number): Promise<void> {
    try {
      acceptTalk(await talkNow.get(id))
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) return
      delete talks.value[id]
      update(hide(desk.value, id))
    }
  }
  function acceptTalk(talk: Talk): void {
    const known = talks.value[talk.id]
    if (!known || known.seq <= talk.seq) talks.value[talk.id] = talk
    update(putRow(desk.value, talk))
  }

  async function load(): Promise<void> {
    try {
      const rows = await calls.openRows()
      let next: Desk = { ...EMPTY, threads: desk.value.threads, hidden: {} }
      for (const row of Object.values(desk.value.rows)) if (row.state === 'closed') next = putRow(next, row)
      for (const row of rows) next = putRow(next, row)
      update(next)
      broken.value = null
    } catch (error) {
      if (error instanceof ApiError) broken.value = error
      else throw error
    } finally {
      loading.value = false
    }
  }

  const thread = (id: number): Thread => desk.value.threads[id] ?? NEW_THREAD
  const above = ref(false)

  async function loadMessages(id: number): Promise<void> {
    const page = await calls.messagesBefore(id, null)
    const known = desk.value.threads[id]
    const first = page.items[0]?.seq ?? 0
    // A long sleep left a hole that is larger than a page: start anew from the latest ones.
    const hole = known && known.messages.length > 0 && (known.messages.at(-1)?.seq ?? 0) < first - 1
    if (hole)
      update({ ...desk.value, threads: { ...desk.value.threads, [id]: { ...NEW_THREAD, outbox: known.outbox } } })
    update(putMessages(desk.value, id, page.items, known && !hole && known.messages.length ? undefined : page.next))
  }
  async function loadAbove(id: number): Promise<void> {
    const from = thread(id).above
    if (from === null || above.value) return
    above.value = true
    try {
      const page = await calls.messagesBefore(id, from)
      update(putMessages(desk.value, id, page.items, page.next))
    } catch (error) {
      fail(error)
    } finally {
      above.value = false
    }
  }
  async function fillGap(id: number): Promise<void> {
    const last = thread(id).messages.at(-1)?.seq ?? 0
    const page = await calls.messagesAfter(id, last)
    update(putMessages(desk.value, id, page.items))
    if (page.items.length >= 100) await fillGap(id)
  }

  /** Put a conversation in the middle of the screen. */
  async function open(id: number | null): Promise<void> {
    opened.value = id
    if (id === null) return
    await Promise.all([fetchTalk(id), loadMessages(id).catch(() => undefined)])
  }
  async function read(id: number): Promise<void> {
    const row = desk.value.rows[id]
    // A waiting talk that a colleague had read counts as opened only when she says so.
    if (!row || row.agent?.id !== me.value || !(row.unread || row.waiting_since)) return
    update({ ...desk.value, rows: { ...desk.value.rows, [id]: { ...row, unread: 0 } } })
    await calls.markRead(id).catch(() => undefined)
  }
  /** A step of the service; what comes back is the truth, the event that follows changes nothing. */
  async function step(id: number, verb: string, form: Record<string, unknown> = {}): Promise<Talk> {
    try {
      const talk = await calls.step(id, verb, form)
      acceptTalk(talk)
      if (!visible(talk, eye)) update(hide(desk.value, id))
      return talk
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) void fetchTalk(id)
      throw error
    }
  }

  useJournal({ area: 'reception' }, (event) => {
    const before = desk.value
    const id = Number(event.payload.conversation ?? 0)
    talkNow.told(id)
    let next = reduce(before, event, limits)
    // It went to a colleague: nothing to ask for, she may not see it any more.
    const agent = event.payload.agent
    const gone = next.ask.includes(id) && typeof agent === 'number' && agent !== me.value
    if (gone && event.shop !== null && !eye.seesAll(event.shop)) next = hide(next, id)
    if (next !== before) update(next)
    if (thread(id).gap) void fillGap(id).catch(() => undefined)
    if (event.kind === 'message.sent') delete typing.value[id]
    bell(event, { row: next.rows[id], me: me.value, opened: opened.value, mayTake: (row: Row) => visible(row, eye) })
  })
  useTyping((event) => {
    const who = event.who as { kind: string; name?: string; reading?: boolean }
    if (who.reading) return
    const until = Date.now() + TYPING_MS
    typing.value[event.conversation] = { kind: who.kind, name: who.name ?? '', until }
    window.setTimeout(() => {
      if (typing.value[event.conversation]?.until === until) delete typing.value[event.conversation]
    }, TYPING_MS)
  })
  useReset(() => {
    void load()
    if (opened.value !== null) void open(opened.value)
  })
  onScopeDispose(() => clearTimeout(asking))

  const shown = computed(() =>
    Object.values(desk.value.rows).filter(
      (row) => (session.shop === null || row.shop === session.shop) && visible(row, eye),
    ),
  )
  const own = computed(() => shown.value.filter((row) => inBox(row, 'mine', eye) || inBox(row, 'queue', eye)))
  /** An agent is warned of her own buyers and the queue, who supervises of everybody's. */
  const waiting = computed(() => shown.value.filter((row) => row.state !== 'closed'))
  const alarm = computed(() => alarmOf(waiting.value, now.value, limits.alarm, limits.waited))
  const oldest = (except: number | null) => nextLate(waiting.value, now.value, limits.alarm, except, limits.waited)
  const longest = (except: number | null) =>
    [...own.value].filter((row) => row.id !== except && row.waiting_since).sort(byWait)[0] ?? null

  return {
    desk,
    talks,
    loading,
    broken,
    opened,
    typing,
    now,
    limits,
    me,
    eye,
    shown,
    alarm,
    above,
    load,
    open,
    read,
    step,
    thread,
    loadAbove,
    fetchTalk,
    acceptTalk,
    oldest,
    longest,
    update,
    goNext,
    visible: (id: number) => Boolean(desk.value.rows[id]),
    dueOf: (row: Row) => dueOf(row, limits.reply, limits.limits(row.shop).hours),
    staleOf: (row: Row) => limits.stale(row, now.value),
    ...createOutbox(desk, update),
  }
}

export type DeskStore = ReturnType<typeof createDesk>
const KEY: InjectionKey<DeskStore> = Symbol('desk')

/** `goNext` leads to the buyer who waits longest. */
export function provideDesk(goNext: () => void): DeskStore {
  const store = createDesk(goNext)
  provide(KEY, store)
  return store
}
export function useDesk(): DeskStore {
  const store = inject(KEY)
  if (!store) throw new Error('the workbench is missing around this component')
  return store
}
