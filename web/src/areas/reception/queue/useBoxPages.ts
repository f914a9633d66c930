/** Closed conversations and the answers of a search come from the server page by page; the rest is in memory. */
import { computed, ref, watch } from 'vue'
import { fail } from '@/parts/notify'
import { boxPage } from '../calls'
import { putRow } from '../desk'
import { useDesk } from '../useDesk'
import type { Box } from '../types'

const SERVER_BOX: Record<Box, string> = { mine: 'all', queue: 'all', all: 'all', closed: 'closed' }

export function useBoxPages(wanted: () => { box: Box; q: string; shop: number | null }) {
  const desk = useDesk()
  const ids = ref<number[]>([])
  const next = ref<string | null>(null)
  const loading = ref(false)
  const active = computed(() => wanted().box === 'closed' || wanted().q !== '')
  let running: AbortController | undefined
  let waiting: ReturnType<typeof setTimeout> | undefined

  async function load(cursor: string | null): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    const { box, q, shop } = wanted()
    loading.value = true
    try {
      const page = await boxPage(SERVER_BOX[box], shop, q, cursor, mine.signal)
      let now = desk.desk.value
      for (const row of page.items) now = putRow(now, row)
      desk.update(now)
      const found = page.items.map((row) => row.id)
      ids.value = cursor ? [...new Set([...ids.value, ...found])] : found
      next.value = page.next
    } catch (error) {
      fail(error)
    } finally {
      if (running === mine) loading.value = false
    }
  }
  watch(
    () => JSON.stringify([active.value, wanted()]),
    () => {
      running?.abort()
      clearTimeout(waiting)
      if (!active.value) return
      ids.value = []
      next.value = null
      waiting = setTimeout(() => void load(null), wanted().q ? 250 : 0)
    },
  )
  // A conversation that is closed while the box of closed ones is open comes in at the top.
  watch(
    () => desk.shown.value.filter((row) => row.state === 'closed').map((row) => row.id),
    (now) => {
      if (wanted().box !== 'closed' || wanted().q || loading.value) return
      const fresh = now.filter((id) => !ids.value.includes(id))
      if (fresh.length && ids.value.length) ids.value = [...fresh, ...ids.value]
    },
  )
  return { ids, next, loading, active, more: () => next.value && load(next.value) }
}
