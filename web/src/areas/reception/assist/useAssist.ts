/** The answers to what the buyer asks now: asked again when she writes, not while they are being read. */
import { ref, watch } from 'vue'
import { api } from '@/api/client'
import { done, fail } from '@/parts/notify'
import { t } from '@/i18n'
import type { Drafted, Offer, Offers } from './types'

export function useAssist(talk: () => { id: number; last: number; on: boolean }) {
  const found = ref<Offers | null>(null)
  const judged = ref<Record<string, boolean>>({})
  const drafted = ref<Drafted | null>(null)
  const busy = ref(false)
  let stop: AbortController | undefined
  let wait: ReturnType<typeof setTimeout> | undefined
  const path = (what = '') => `/api/conversations/${talk().id}/assist${what}`

  async function load(q = ''): Promise<void> {
    stop?.abort()
    stop = new AbortController()
    try {
      found.value = await api.get<Offers>(path(), { q }, stop.signal)
      drafted.value = null
    } catch (error) {
      // Answers are an extra: without them she still writes her own.
      if ((error as Error).name !== 'AbortError') found.value = null
    }
  }
  watch(
    () => [talk().id, talk().last, talk().on] as const,
    ([id, last, on], before) => {
      clearTimeout(wait)
      if (id !== before?.[0]) {
        found.value = null
        judged.value = {}
      }
      if (on && last) wait = setTimeout(() => void load(), id === before?.[0] ? 900 : 250)
    },
    { immediate: true },
  )
  const keyOf = (one: Offer) => `${one.source}${one.ref}`
  function use(one: Offer, words = one.text): void {
    document.dispatchEvent(new CustomEvent('xiaoer:compose', { detail: { what: 'insert', words } }))
    void api.post(path('/used'), { source: one.source, ref: one.ref }).catch(() => null)
  }
  async function judge(one: Offer, helped: boolean): Promise<void> {
    judged.value = { ...judged.value, [keyOf(one)]: helped }
    try {
      await api.post(path('/rate'), { source: one.source, ref: one.ref, helped })
      done(t('knowledge.assist.thanks'))
    } catch (error) {
      fail(error)
    }
  }
  async function draft(q: string): Promise<void> {
    busy.value = true
    try {
      drafted.value = await api.post<Drafted>(path('/draft'), { q })
    } catch (error) {
      fail(error)
    } finally {
      busy.value = false
    }
  }
  return { found, judged, drafted, busy, load, use, judge, draft, keyOf }
}
