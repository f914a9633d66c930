/** The live stream in the browser: EventSource, Web Locks for the leading tab, BroadcastChannel for the others. */
import { onScopeDispose, readonly, ref } from 'vue'
import { api, ApiError } from '@/api/client'
import {
  StreamCore,
  type JournalEvent,
  type Note,
  type SourceEvents,
  type Status,
  type TypingEvent,
} from './streamCore'

export type { JournalEvent, TypingEvent } from './streamCore'

interface Match {
  area?: string
  /** A kind, or the beginning of one ending in a dot: `return.` */
  kind?: string
  /** `return:12`, or a beginning ending in a colon: `return:` */
  subject?: string
  shop?: number | null
}
type OnJournal = (event: JournalEvent) => void

const status = ref<Status>('off')
const journal = new Set<OnJournal>()
const typing = new Set<(event: TypingEvent) => void>()
const resets = new Set<() => void>()
let core: StreamCore | null = null
let channel: BroadcastChannel | null = null
let release: (() => void) | null = null

export const streamStatus = readonly(status)
export const lastNumber = (): number => core?.last ?? 0

function connect(after: number, on: SourceEvents): { close(): void } {
  const source = new EventSource(`/stream?after=${after}`)
  source.onopen = () => on.open()
  source.addEventListener('journal', (message) => {
    const data = JSON.parse((message as MessageEvent<string>).data) as JournalEvent
    on.journal({ ...data, number: data.number ?? Number((message as MessageEvent).lastEventId) })
  })
  source.addEventListener('typing', (message) => on.typing(JSON.parse((message as MessageEvent<string>).data)))
  source.addEventListener('reset', (message) => on.reset(JSON.parse((message as MessageEvent<string>).data).number))
  source.onerror = () => {
    source.close()
    on.fail()
    void api.get('/api/session').catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) closeStream()
    })
  }
  return { close: () => source.close() }
}

export function openStream(viewer: number, after: number): void {
  if (core || typeof EventSource === 'undefined') return
  const name = `xiaoer-stream-${viewer}`
  channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)
  const mine = new StreamCore(
    {
      connect,
      post: (note) => channel?.postMessage(note),
      later: (run, ms) => window.setTimeout(run, ms),
      cancel: (handle) => window.clearTimeout(handle as number),
      random: Math.random,
    },
    {
      journal: (event) => journal.forEach((handler) => handler(event)),
      typing: (event) => typing.forEach((handler) => handler(event)),
      status: (value) => (status.value = value),
      reset: () => resets.forEach((handler) => handler()),
    },
    after,
  )
  core = mine
  if (channel) channel.onmessage = (message: MessageEvent<Note>) => mine.hear(message.data)
  if (!channel || !navigator.locks) {
    mine.lead()
    return
  }
  void navigator.locks.request(name, () => {
    if (core !== mine) return undefined
    mine.lead()
    return new Promise<void>((done) => (release = done))
  })
}

export function closeStream(): void {
  core?.stop()
  core = null
  channel?.close()
  channel = null
  release?.()
  release = null
  status.value = 'off'
}

export function matches(event: JournalEvent, wanted: Match): boolean {
  if (wanted.area !== undefined && event.area !== wanted.area) return false
  if (wanted.shop != null && event.shop !== wanted.shop) return false
  const begins = (text: string, want: string | undefined, mark: string) =>
    want === undefined || (want.endsWith(mark) ? text.startsWith(want) : text === want)
  return begins(event.kind, wanted.kind, '.') && begins(event.subject, wanted.subject, ':')
}

/** Call `run` for every journal event that matches, as long as the component lives. */
export function useJournal(wanted: Match | (() => Match), run: OnJournal): void {
  const handler: OnJournal = (event) => {
    if (matches(event, typeof wanted === 'function' ? wanted() : wanted)) run(event)
  }
  journal.add(handler)
  onScopeDispose(() => journal.delete(handler))
}

export function useTyping(run: (event: TypingEvent) => void): void {
  typing.add(run)
  onScopeDispose(() => typing.delete(run))
}

/** Everything on the page is asked for again: what the server says in words is in another language now. */
export function refetchAll(): void {
  for (const handler of [...resets]) handler()
}

/** Called when events were missed for good: load again what the screen shows. */
export function useReset(run: () => void): void {
  resets.add(run)
  onScopeDispose(() => resets.delete(run))
}

if (typeof window !== 'undefined') {
  window.addEventListener('online', () => core?.nudge())
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && core?.nudge())
}
