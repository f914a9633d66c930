// Follows the journal from the number the screen was loaded with; after a drop it asks again from the last one.
import type { Api } from './api'
import { Frames, pause } from './sse'

export interface JournalEvent {
  number: number
  kind: string
  subject: string
  payload: Record<string, unknown>
}

export interface Listener {
  event(event: JournalEvent): void
  typing(): void
  connected(is: boolean): void
  /** Too much happened in between: read the conversation anew. */
  missed(): void
}

export class Live {
  private stop: AbortController | null = null
  private attempt = 0

  constructor(
    private readonly api: Api,
    private last: number,
    private readonly listener: Listener,
  ) {}

  start(): void {
    if (!this.stop) void this.follow()
  }

  /** After the token changed: the next request carries the new one. */
  restart(): void {
    this.stop?.abort()
  }

  private async follow(): Promise<void> {
    for (;;) {
      this.stop = new AbortController()
      try {
        await this.read(this.stop.signal)
      } catch {
        // a drop is normal: the loop asks again
      }
      this.listener.connected(false)
      const again = this.stop.signal.aborted ? 0 : pause(this.attempt++)
      await new Promise((resolve) => setTimeout(resolve, again))
    }
  }

  private async read(signal: AbortSignal): Promise<void> {
    const response = await fetch(`${this.api.base}/stream?after=${this.last}`, {
      headers: this.api.headers(false),
      credentials: 'omit',
      signal,
    })
    if (!response.ok || !response.body) throw new Error(String(response.status))
    this.attempt = 0
    this.listener.connected(true)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const frames = new Frames()
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      for (const frame of frames.push(value)) this.hand(frame)
    }
  }

  private hand(frame: { id: string; event: string; data: string }): void {
    if (frame.event === 'typing') return this.listener.typing()
    if (frame.event === 'reset') {
      this.last = Number(frame.id) || this.last
      return this.listener.missed()
    }
    if (frame.event !== 'journal') return
    const event = JSON.parse(frame.data) as JournalEvent
    if (event.number <= this.last) return
    this.last = event.number
    this.listener.event(event)
  }
}
