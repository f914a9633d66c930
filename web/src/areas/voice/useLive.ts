/** Calls that are going on now, kept fresh by the journal. */
import { onScopeDispose, ref, watch } from 'vue'
import { api, pageOf, type Page } from '@/api/client'
import { session } from '@/live/session'
import { useJournal, useReset } from '@/live/stream'
import { fail } from '@/parts/notify'
import type { Call } from './types'

export function useLive<T extends Call>(path: string, query: () => Record<string, string | number | null>) {
  const rows = ref<T[]>([]) as { value: T[] }
  const loading = ref(true)
  let waiting: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    try {
      rows.value = pageOf<T>(await api.get<Page<T>>(path, query())).items
    } catch (error) {
      fail(error)
    } finally {
      loading.value = false
    }
  }
  function soon(): void {
    clearTimeout(waiting)
    waiting = setTimeout(() => void load(), 60)
  }
  useJournal({ area: 'voice' }, soon)
  useReset(soon)
  watch(() => session.shop, load)
  onScopeDispose(() => clearTimeout(waiting))
  void load()
  return { rows, loading, load }
}
