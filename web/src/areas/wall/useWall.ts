/** The wall's memory: one answer, fetched when something happened and every few seconds anyway. */
import { onMounted, onScopeDispose, ref, watch, type Ref } from 'vue'
import { api, ApiError } from '@/api/client'
import { useJournal, useReset } from '@/live/stream'
import type { Wall } from './types'

const EVERY = 5000
/** However much happens, no more often than this. */
const LEAST = 1500

export function useWall(shop: Ref<number | null>) {
  const wall = ref<Wall | null>(null)
  const broken = ref<ApiError | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  let busy = false

  async function load(): Promise<void> {
    const wanted = shop.value
    if (wanted === null || busy) return
    busy = true
    asked = Date.now()
    try {
      const found = await api.get<Wall>('/api/wall', { shop: wanted })
      if (shop.value === wanted) wall.value = found
      broken.value = null
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      broken.value = error
    } finally {
      busy = false
      later(EVERY)
    }
  }
  function later(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (document.hidden) later(EVERY)
      else void load()
    }, ms)
  }
  const soon = () => later(Math.max(120, asked + LEAST - Date.now()))

  useJournal(
    () => ({ area: 'reception', shop: shop.value }),
    () => soon(),
  )
  useReset(soon)
  watch(shop, () => {
    wall.value = null
    busy = false
    void load()
  })
  onMounted(load)
  onScopeDispose(() => clearTimeout(timer))
  return { wall, broken, load }
}
