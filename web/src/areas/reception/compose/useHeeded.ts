/** Near misses (险些违规): words that a hint made her change before sending. Told to the server, which checks them itself. */
import { watch } from 'vue'
import { tellHeeded } from '../calls'
import type { Verdict } from '../types'

const STOOD = 1500

export function useHeeded(source: () => { id: number; text: string; verdict: Verdict | null }) {
  let hinted = ''
  let waiting: ReturnType<typeof setTimeout> | undefined
  watch(source, ({ text, verdict }) => {
    clearTimeout(waiting)
    // A hint that flashes by while a sentence is still being typed is none.
    if (verdict && (verdict.verdict === 'block' || verdict.verdict === 'warn'))
      waiting = setTimeout(() => (hinted = text), STOOD)
    else if (!text) hinted = ''
  })
  /** What stood there under a hint, taken before the box is emptied. */
  function take(): string {
    const before = hinted
    hinted = ''
    clearTimeout(waiting)
    return before
  }
  /** Something was sent: without a reason given, what stood there under a hint was put right. */
  function sent(id: number, before: string, text: string, reason: string): void {
    if (before && before !== text && !reason)
      void tellHeeded(id, before, `near-${crypto.randomUUID?.() ?? Date.now()}`.slice(0, 48)).catch(() => undefined)
  }
  return { take, sent }
}
