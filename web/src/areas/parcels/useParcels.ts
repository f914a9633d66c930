/** The parcels of one order, fresh by the journal. */
import { shallowRef, watch } from 'vue'
import { api, ApiError, type Page } from '@/api/client'
import { useJournal, useReset } from '@/live/stream'
import type { ParcelDetail } from './model'

export function useParcels(order: () => number | undefined) {
  const parcels = shallowRef<ParcelDetail[]>([])
  async function load(): Promise<void> {
    const asked = order()
    if (!asked) return
    try {
      const found = await api.get<Page<ParcelDetail>>(`/api/orders/${asked}/parcels`)
      if (asked === order()) parcels.value = [...found.items]
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem
    }
  }
  function replace(one: ParcelDetail): void {
    parcels.value = parcels.value.map((held) => (held.id === one.id ? one : held))
  }
  watch(order, () => ((parcels.value = []), load()), { immediate: true })
  useJournal({ kind: 'parcel.' }, (event) => {
    const orders = (event.payload as { orders?: number[] }).orders
    if (!orders || orders.includes(order() ?? 0)) void load()
  })
  useReset(() => void load())
  return { parcels, replace }
}
