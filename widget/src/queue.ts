// Her place in the queue: asked every few seconds while she waits and looks, never otherwise.
import type { Api } from './api'
import { t } from './i18n'
import type { Place } from './types'

const EVERY = 12_000

export class Queue {
  place: Place | null = null
  private timer = 0

  constructor(
    private readonly api: Api,
    private readonly looks: () => boolean,
    private readonly changed: () => void,
  ) {}

  /** Ask now, and go on while she waits. */
  ask(after = 0): void {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.read(), after)
  }

  served(): void {
    clearTimeout(this.timer)
    if (this.place?.waiting) this.place = { ...this.place, waiting: false }
    this.changed()
  }

  private async read(): Promise<void> {
    if (!this.looks()) return
    try {
      this.place = await this.api.queue()
      this.changed()
    } catch {
      // asked again below, or when she looks next time
    }
    if (this.place?.waiting) this.ask(EVERY)
  }
}

/** "前面还有 3 位，预计约 2 分钟": what a person in a queue wants to know. */
export function queueText(place: Place | null): string {
  if (!place?.waiting) return ''
  if (!place.open) return t('queueClosed')
  const parts = [
    place.ahead === 0 ? t('queueFirst') : t('queueAhead').replace('{n}', `${place.ahead}${place.more ? '+' : ''}`),
  ]
  if (place.expected_seconds) parts.push(t('queueWait').replace('{m}', String(Math.ceil(place.expected_seconds / 60))))
  return parts.join(t('comma'))
}
