/** The counters of a desk's tabs, counted again a moment after something happened. */
import { ref, watch } from 'vue'
import { api, ApiError } from '@/api/client'
import { session } from '@/live/session'
import { useJournal, useReset } from '@/live/stream'

export function useCounts(path: string, area: string) {
  const counts = ref<Record<string, number>>({})
  let waiting: ReturnType<typeof setTimeout> | undefined
  async function count(): Promise<void> {
    try {
      counts.value = await api.get(path, { shop: session.shop })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }
  function soon(): void {
    clearTimeout(waiting)
    waiting = setTimeout(() => void count(), 300)
  }
  watch(() => session.shop, count, { immediate: true })
  useJournal({ area }, soon)
  useReset(soon)
  return counts
}
