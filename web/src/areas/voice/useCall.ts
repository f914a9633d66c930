/** One open call: read once, read again when the journal speaks of it; and everything that may be done with it. */
import { onScopeDispose, ref, watch } from 'vue'
import { api } from '@/api/client'
import { useJournal, useReset } from '@/live/stream'
import { done, fail } from '@/parts/notify'
import type { CallRecord } from './types'

export function useCall(id: () => number | null) {
  const call = ref<CallRecord | null>(null)
  const busy = ref(false)
  let waiting: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const asked = id()
    if (asked === null) return
    try {
      const found = await api.get<CallRecord>(`/api/calls/${asked}`)
      if (asked === id()) call.value = found
    } catch (error) {
      if (asked === id()) fail(error)
    }
  }
  function soon(): void {
    clearTimeout(waiting)
    waiting = setTimeout(() => void load(), 120)
  }
  watch(
    id,
    () => {
      call.value = null
      void load()
    },
    { immediate: true },
  )
  useJournal({ area: 'voice' }, (event) => {
    if (event.payload.call === id()) soon()
  })
  useReset(soon)
  onScopeDispose(() => clearTimeout(waiting))

  /** Send something about the call; the answer is the call as it is now. */
  async function send(path: string, body: Record<string, unknown> = {}, how: 'post' | 'patch' = 'post', quiet = false) {
    busy.value = true
    try {
      call.value = await api[how]<CallRecord>(`/api/calls/${id()}${path}`, body)
      if (!quiet) done()
      return true
    } catch (error) {
      fail(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { call, busy, load, send }
}
