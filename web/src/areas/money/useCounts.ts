/** The counters of a list's tabs, counted again when something moved. */
import { ref, watch } from 'vue'
import { api, ApiError } from '@/api/client'
import { session } from '@/live/session'
import { useJournal, useReset } from '@/live/stream'

export function useCounts(path: string) {
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
  useJournal({ area: 'orders' }, soon)
  useReset(soon)
  const withCount = (value: string, label: string) => ({
    value,
    label,
    ...(counts.value[value] === undefined ? {} : { count: counts.value[value] }),
  })
  return { withCount }
}
