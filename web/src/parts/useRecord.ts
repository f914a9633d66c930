/** One record of a flow, kept fresh by the stream; moves answer with the record as it stands afterwards. */
import { ref, shallowRef, watch } from 'vue'
import { api, ApiError } from '@/api/client'
import { useJournal, useReset } from '@/live/stream'
import type { Values } from '@/parts/form/schema'

export function useRecord<T>(path: () => string, subject: () => string) {
  const row = shallowRef<T>()
  const error = ref<ApiError | null>(null)
  let acting = false

  async function load(): Promise<void> {
    const asked = path()
    try {
      const found = await api.get<T>(asked)
      if (asked === path()) {
        row.value = found
        error.value = null
      }
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem
      if (asked === path()) error.value = problem
    }
  }
  async function act(verb: string, values: Values): Promise<void> {
    acting = true
    try {
      row.value = await api.post<T>(`${path()}/${verb}`, values)
    } finally {
      acting = false
    }
  }
  watch(
    path,
    () => {
      row.value = undefined
      error.value = null
      void load()
    },
    { immediate: true },
  )
  useJournal(
    () => ({ subject: subject() }),
    () => {
      if (!acting) void load()
    },
  )
  useReset(() => void load())
  return { row, error, load, act }
}
