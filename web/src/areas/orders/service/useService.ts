/** The service of one order: remark first, cases, what may be asked; fresh with every journal line of the order. */
import { ref, shallowRef, watch } from 'vue'
import { api, ApiError } from '@/api/client'
import { useJournal, useReset } from '@/live/stream'
import type { Values } from '@/parts/form/schema'
import type { Panel, ServiceCase } from './types'

/** Filled by the talk: requests go through the conversation, which knows who asks (C04). */
export interface Asker {
  talk: number | null
}

export function useService(order: () => number, asker: () => Asker = () => ({ talk: null })) {
  const panel = shallowRef<Panel>()
  const error = ref<ApiError | null>(null)

  async function load(): Promise<void> {
    const asked = order()
    try {
      const found = await api.get<Panel>(`/api/orders/${asked}/service`)
      if (asked === order()) panel.value = found
      error.value = null
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem
      error.value = problem
    }
  }
  async function read(): Promise<void> {
    const mark = panel.value?.remark.mark ?? ''
    try {
      panel.value = await api.post<Panel>(`/api/orders/${order()}/remark-read`, { mark })
    } catch (problem) {
      await load()
      throw problem
    }
  }
  const open = async (kind: string, data: Values): Promise<ServiceCase> => {
    const talk = asker().talk
    const path = talk
      ? `/api/conversations/${talk}/orders/${order()}/service/${kind}`
      : `/api/orders/${order()}/service/${kind}`
    const made = await api.post<ServiceCase>(path, data)
    await load()
    return made
  }
  const act = async (id: number, verb: string, values: Values): Promise<void> => {
    try {
      await api.post<ServiceCase>(`/api/order-service/${id}/${verb}`, values)
    } finally {
      await load()
    }
  }

  watch(
    order,
    () => {
      panel.value = undefined
      void load()
    },
    { immediate: true },
  )
  useJournal(
    () => ({ subject: `order:${order()}` }),
    () => void load(),
  )
  useReset(() => void load())
  return { panel, error, load, read, open, act }
}
