/** Traps and hidden text in the buyer's messages, and whether she is a special customer; asked again as she writes. */
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { useJournal } from '@/live/stream'
import { alertsOf } from '../calls'
import type { Alert, Special } from '../types'

const PAUSE = 150

export function useAlerts(source: () => { id: number | null; customer: number; last: number }) {
  const items = shallowRef<Alert[]>([])
  const special = shallowRef<Special | null>(null)
  let waiting: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const { id } = source()
    if (id === null) return
    try {
      const found = await alertsOf(id)
      if (source().id !== id) return
      items.value = found.items
      special.value = found.special
    } catch {
      // the talk itself is there; without the answer nothing is marked
    }
  }
  watch(
    source,
    (now, before) => {
      if (now.id === before?.id && now.last === before?.last) return
      if (now.id !== before?.id) {
        items.value = []
        special.value = null
      }
      clearTimeout(waiting)
      waiting = setTimeout(() => void load(), PAUSE)
    },
    { immediate: true },
  )
  useJournal({ area: 'customers' }, (event) => event.kind.startsWith('special_customer.') && void load())
  onScopeDispose(() => clearTimeout(waiting))
  return { alerts: computed(() => new Map(items.value.map((one) => [one.seq, one]))), special, reload: load }
}
