/** The guide of one conversation (接待流程): read again whenever somebody of ours said something in it. */
import { ref, watch } from 'vue'
import { api } from '@/api/client'
import { useJournal } from '@/live/stream'
import { fail } from '@/parts/notify'

export interface GuideStep {
  key: string
  main: boolean
  label: string
  hint: string
  find: string
  done: boolean
  how: 'sent' | 'auto' | 'manual' | null
  seq: number | null
  by: string
}
export interface Guide {
  steps: GuideStep[]
  next: string | null
  done: number
  of: number
  needs_empathy: boolean
  thin_recommendation: number | null
}

export function useGuide(id: () => number) {
  const guide = ref<Guide | null>(null)
  let waiting: ReturnType<typeof setTimeout> | undefined
  async function load(): Promise<void> {
    const asked = id()
    try {
      const found = await api.get<Guide>(`/api/conversations/${asked}/guide`)
      if (asked === id()) guide.value = found
    } catch {
      // The strip is only a help: without it the talk goes on.
    }
  }
  watch(
    id,
    () => {
      guide.value = null
      void load()
    },
    { immediate: true },
  )
  useJournal({ area: 'reception' }, (event) => {
    if (Number(event.payload['conversation'] ?? 0) !== id()) return
    if (event.kind !== 'message.sent' && event.kind !== 'conversation.guide') return
    clearTimeout(waiting)
    waiting = setTimeout(() => void load(), 250)
  })
  async function tick(step: GuideStep): Promise<void> {
    try {
      guide.value = await api.post<Guide>(`/api/conversations/${id()}/guide/${step.key}`, { done: !step.done })
    } catch (error) {
      fail(error)
    }
  }
  return { guide, tick }
}
