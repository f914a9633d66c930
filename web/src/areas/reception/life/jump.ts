/** Show one message of a talk: load the pages above until it is there, then bring it into the middle and mark it. */
import { nextTick } from 'vue'
import type { DeskStore } from '../useDesk'

const MOST_PAGES = 40
const MARKED_MS = 2200

export async function showMessage(desk: DeskStore, id: number, seq: number): Promise<void> {
  await desk.open(id)
  for (let page = 0; page < MOST_PAGES; page++) {
    const thread = desk.thread(id)
    const first = thread.messages[0]?.seq ?? 0
    if (first <= seq || thread.above === null) break
    await desk.loadAbove(id)
  }
  await nextTick()
  // The list goes to its end when it is made; after that it is ours.
  await new Promise((done) => setTimeout(done, 160))
  const found = document.querySelector<HTMLElement>(`.frame [data-seq="${seq}"]`)
  if (!found) return
  found.scrollIntoView({ block: 'center' })
  found.animate(
    [{ backgroundColor: 'color-mix(in srgb, #f3c64b 45%, transparent)' }, { backgroundColor: 'transparent' }],
    { duration: MARKED_MS, easing: 'ease-out' },
  )
}
