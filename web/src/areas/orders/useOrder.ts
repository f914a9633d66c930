/** One order, its journal and its cases, kept fresh by the stream. */
import { ref, shallowRef, watch } from 'vue'
import { api, ApiError, pageOf, type Page } from '@/api/client'
import { useJournal, useReset } from '@/live/stream'
import type { Happening } from '@/parts/Timeline.vue'
import type { CaseRow } from '@/areas/aftersales/model'
import type { Order } from './model'

export function useOrder(id: () => number) {
  const order = shallowRef<Order>()
  const happenings = shallowRef<Happening[]>([])
  const cases = shallowRef<CaseRow[]>([])
  const error = ref<ApiError | null>(null)

  async function list<T>(path: string, query: Record<string, string | number>): Promise<T[]> {
    try {
      return pageOf<T>(await api.get<Page<T>>(path, query)).items
    } catch (problem) {
      // Who may not see the cases still sees the order.
      if (problem instanceof ApiError) return []
      throw problem
    }
  }
  async function load(): Promise<void> {
    const asked = id()
    try {
      const found = await api.get<Order>(`/api/orders/${asked}`)
      if (asked !== id()) return
      order.value = found
      error.value = null
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem
      error.value = problem
    }
  }
  async function loadAround(): Promise<void> {
    const asked = id()
    const [lines, rows] = await Promise.all([
      list<Happening>(`/api/orders/${asked}/journal`, {}),
      list<CaseRow>('/api/cases', { order: asked, desk: 'all', limit: 50 }),
    ])
    if (asked !== id()) return
    happenings.value = lines
    cases.value = rows
  }
  const refresh = () => Promise.all([load(), loadAround()])

  watch(
    id,
    () => {
      order.value = undefined
      void refresh()
    },
    { immediate: true },
  )
  useJournal(
    () => ({ subject: `order:${id()}` }),
    () => void refresh(),
  )
  useJournal({ area: 'aftersales' }, () => void loadAround())
  useJournal({ kind: 'orders.taken_in' }, () => void load())
  useReset(() => void refresh())
  return { order, happenings, cases, error, refresh }
}
