// What she sent and the shop has not acknowledged: kept in her browser, so that a reload or a dead line loses nothing.
import type { Upload } from './types'

export interface Draft {
  client_id: string
  kind: 'text' | 'image' | 'file'
  text: string
  attachments: Upload[]
  at: string
}
type Box = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
const MOST = 50
const A_DAY = 86_400_000

export class Outbox {
  constructor(
    private readonly box: Box,
    private readonly key: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Oldest first; what is older than a day is forgotten: an answer to it would only confuse. */
  all(): Draft[] {
    try {
      const kept = JSON.parse(this.box.getItem(this.key) ?? '[]') as Draft[]
      return kept.filter((one) => this.now() - Date.parse(one.at) < A_DAY)
    } catch {
      return []
    }
  }

  keep(draft: Draft): void {
    const others = this.all().filter((one) => one.client_id !== draft.client_id)
    this.save([...others, draft].slice(-MOST))
  }

  drop(client_id: string): void {
    const all = this.all()
    const left = all.filter((one) => one.client_id !== client_id)
    if (left.length < all.length) this.save(left)
  }

  private save(drafts: Draft[]): void {
    try {
      if (drafts.length) this.box.setItem(this.key, JSON.stringify(drafts))
      else this.box.removeItem(this.key)
    } catch {
      // a full or forbidden storage: she still has the message on her screen
    }
  }
}

/** What carries only pictures is shown as such; words stand above what hangs on them. */
export function kindOf(text: string, attachments: readonly { mime?: string }[]): Draft['kind'] {
  if (text || attachments.length === 0) return 'text'
  return attachments.every((one) => (one.mime ?? '').startsWith('image/')) ? 'image' : 'file'
}
