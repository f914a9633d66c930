/** What keyboard, guide and buyer's panel ask of the composer, told by one event: note, replies, insert, find (a script). */
import { onBeforeUnmount, onMounted } from 'vue'

export type Ask = 'note' | 'replies' | 'insert' | 'find'

export function useCompose(acts: Record<Ask, (words: string) => void>): void {
  const act = (event: Event) => {
    const { what, words } = (event as CustomEvent<{ what: Ask; words?: string }>).detail
    acts[what]?.(words ?? '')
  }
  onMounted(() => document.addEventListener('xiaoer:compose', act))
  onBeforeUnmount(() => document.removeEventListener('xiaoer:compose', act))
}
