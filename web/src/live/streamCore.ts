/**
 * The event stream's logic without a browser: one tab (the leader) holds the connection and repeats it to the others.
 * Every tab keeps the last number it has handled, so nothing is handled twice and a new leader leaves no hole.
 */
export interface JournalEvent {
  number: number
  at: string
  shop: number | null
  area: string
  kind: string
  subject: string
  actor: string
  payload: Record<string, unknown>
}
export interface TypingEvent {
  conversation: number
  who: unknown
  [more: string]: unknown
}
export type Status = 'off' | 'connecting' | 'live' | 'waiting'

/** What an open connection calls back with. */
export interface SourceEvents {
  open(): void
  journal(event: JournalEvent): void
  typing(event: TypingEvent): void
  /** Too much was missed to be replayed: go on from `number`. */
  reset(number: number): void
  fail(): void
}
export type Note =
  | { type: 'journal'; event: JournalEvent }
  | { type: 'typing'; event: TypingEvent }
  | { type: 'status'; status: Status }
  | { type: 'join'; last: number }
  | { type: 'lead' }
  | { type: 'reset'; number: number }

export interface Deps {
  connect(after: number, on: SourceEvents): { close(): void }
  post(note: Note): void
  later(run: () => void, ms: number): unknown
  cancel(handle: unknown): void
  random(): number
}
export interface Listener {
  journal?(event: JournalEvent): void
  typing?(event: TypingEvent): void
  status?(status: Status): void
  /** The gap is too old to be replayed: reload what is on the screen. */
  reset?(): void
}

const KEEP = 1000
const JOIN_WAIT = 80
const FIRST_RETRY = 1000
const LAST_RETRY = 30_000

export function backoff(attempt: number, random: number): number {
  return Math.min(LAST_RETRY, FIRST_RETRY * 2 ** attempt) * (0.7 + 0.3 * random)
}

export class StreamCore {
  last: number
  status: Status = 'connecting'
  private leading = false
  private connection: { close(): void } | null = null
  private attempt = 0
  private timer: unknown = null
  private replay: JournalEvent[] = []
  private replayFrom: number
  private from: number

  constructor(
    private readonly deps: Deps,
    private readonly listener: Listener,
    after: number,
  ) {
    this.last = after
    this.from = after
    this.replayFrom = after
    deps.post({ type: 'join', last: after })
  }

  /** This tab becomes the one that holds the connection; it first lets the other tabs say how far they are. */
  lead(): void {
    this.leading = true
    this.from = this.last
    this.deps.post({ type: 'lead' })
    this.setStatus('connecting')
    this.timer = this.deps.later(() => this.connect(), JOIN_WAIT)
  }

  /** A note from another tab. */
  hear(note: Note): void {
    if (note.type === 'journal') this.take(note.event)
    else if (note.type === 'typing') this.listener.typing?.(note.event)
    else if (note.type === 'reset') this.skipTo(note.number)
    else if (note.type === 'status' && !this.leading) this.setStatus(note.status)
    else if (note.type === 'lead' && !this.leading) this.deps.post({ type: 'join', last: this.last })
    else if (note.type === 'join' && this.leading) this.admit(note.last)
  }

  /** Try again at once, for instance because the network came back or the tab was woken. */
  nudge(): void {
    if (!this.leading || this.status === 'live') return
    this.attempt = 0
    this.connect()
  }

  stop(): void {
    this.leading = false
    this.deps.cancel(this.timer)
    this.connection?.close()
    this.connection = null
    this.setStatus('off')
  }

  private admit(theirs: number): void {
    this.deps.post({ type: 'status', status: this.status })
    if (!this.connection) {
      this.from = Math.min(this.from, theirs)
      return
    }
    if (theirs < this.replayFrom) {
      this.deps.post({ type: 'reset', number: this.last })
      return
    }
    for (const event of this.replay) if (event.number > theirs) this.deps.post({ type: 'journal', event })
  }

  private connect(): void {
    this.deps.cancel(this.timer)
    this.connection?.close()
    const after = Math.min(this.from, this.last)
    if (this.replay.length === 0) this.replayFrom = after
    this.setStatus('connecting')
    const mine = this.deps.connect(after, {
      open: () => {
        if (this.connection !== mine) return
        this.attempt = 0
        this.setStatus('live')
      },
      journal: (event) => {
        if (this.connection !== mine) return
        this.from = Math.max(this.from, event.number)
        this.keep(event)
        this.deps.post({ type: 'journal', event })
        this.take(event)
      },
      typing: (event) => {
        this.deps.post({ type: 'typing', event })
        this.listener.typing?.(event)
      },
      reset: (number) => {
        this.from = this.replayFrom = number
        this.replay = []
        this.deps.post({ type: 'reset', number })
        this.skipTo(number)
      },
      fail: () => this.connection === mine && this.retry(),
    })
    this.connection = mine
  }

  private retry(): void {
    this.connection?.close()
    this.connection = null
    this.setStatus('waiting')
    this.timer = this.deps.later(() => this.connect(), backoff(this.attempt, this.deps.random()))
    this.attempt += 1
  }

  private take(event: JournalEvent): void {
    if (event.number <= this.last) return
    this.last = event.number
    this.listener.journal?.(event)
  }

  private skipTo(number: number): void {
    this.last = number
    this.listener.reset?.()
  }

  private keep(event: JournalEvent): void {
    if (event.number <= (this.replay.at(-1)?.number ?? this.replayFrom)) return
    this.replay.push(event)
    if (this.replay.length > KEEP) this.replayFrom = this.replay.shift()?.number ?? this.replayFrom
  }

  private setStatus(status: Status): void {
    if (this.status === status) return
    this.status = status
    if (this.leading) this.deps.post({ type: 'status', status })
    this.listener.status?.(status)
  }
}
