/** Asks the guard while she types, a moment after the last letter. Who is slow to answer does not hold her up: sending checks again. */
import { onScopeDispose, shallowRef, watch } from 'vue'
import { checkText } from '../calls'
import type { Row, Said, Verdict } from '../types'

const PAUSE = 220

export function useGuard(source: () => { row: Row; text: string; on: boolean; recent: Said[] }) {
  const verdict = shallowRef<Verdict | null>(null)
  let running: AbortController | undefined
  let waiting: ReturnType<typeof setTimeout> | undefined
  let shownFor: string | null = null

  async function ask(): Promise<void> {
    const { row, text, recent } = source()
    const mine = (running = new AbortController())
    try {
      const found = await checkText(row.shop, row.id, text, recent, mine.signal)
      if (!mine.signal.aborted) verdict.value = found.rules.length ? found : null
    } catch {
      // no answer: the check at sending decides
    }
  }
  watch(
    () => [source().text, source().on] as const,
    ([text, on]) => {
      running?.abort()
      clearTimeout(waiting)
      if (shownFor !== null && shownFor === text) return
      shownFor = null
      if (!on || !text.trim()) verdict.value = null
      else waiting = setTimeout(() => void ask(), PAUSE)
    },
  )
  onScopeDispose(() => {
    running?.abort()
    clearTimeout(waiting)
  })
  /** What the server said when it refused the message. */
  function show(found: Verdict | null): void {
    running?.abort()
    clearTimeout(waiting)
    verdict.value = found
    shownFor = found ? source().text : null
  }
  return { verdict, show }
}
