/** What the print page holds: counts and the urgent lane, kept fresh by the journal. */
import { computed, ref, shallowRef, watch } from 'vue'
import { session } from '@/live/session'
import { useJournal, useReset } from '@/live/stream'
import { fail } from '@/parts/notify'
import { siren } from './alarm'
import { calls, type Counts, type Urgent } from './desk'

const MOVES = ['order.', 'orders.taken_in', 'orders.print_run']

/** Runs at most once per pause, and once more when it was asked while running. */
export function calmly(run: () => Promise<void>, pause = 250): () => void {
  let timer = 0
  let busy = false
  let again = false
  async function go(): Promise<void> {
    timer = 0
    if (busy) {
      again = true
      return
    }
    busy = true
    await run().catch(fail)
    busy = false
    if (again) {
      again = false
      ask()
    }
  }
  function ask(): void {
    if (!timer) timer = window.setTimeout(() => void go(), pause)
  }
  return ask
}

export function useDesk() {
  const counts = ref<Counts>()
  const urgent = shallowRef<Urgent[]>([])
  const known = new Set<number>()
  /** Grows with every event that may change a list. */
  const beat = ref(0)
  const changed = ref(0)
  const stops = computed(() => urgent.value.filter((one) => one.hold.kind === 'stop').length)

  async function loadCounts(): Promise<void> {
    counts.value = await calls.counts(session.shop)
  }
  async function loadUrgent(ring = true): Promise<void> {
    const found = (await calls.urgent(session.shop)).items
    const fresh = found.filter((one) => !known.has(one.hold.id) || !urgent.value.some((u) => u.hold.id === one.hold.id))
    if (ring && fresh.length) siren(fresh.some((one) => one.hold.kind === 'stop'))
    for (const one of found) known.add(one.hold.id)
    urgent.value = found
  }
  const countSoon = calmly(loadCounts)
  function all(ring: boolean): void {
    void loadCounts().catch(fail)
    void loadUrgent(ring).catch(fail)
    beat.value += 1
  }
  useJournal({ area: 'orders' }, (event) => {
    if (!MOVES.some((one) => event.kind.startsWith(one))) return
    countSoon()
    if (event.kind !== 'orders.print_run') beat.value += 1
    // A hold shows the second it is placed: no pause here.
    if (['order.held', 'order.released', 'order.hold_seen'].includes(event.kind)) void loadUrgent().catch(fail)
    const [type, id] = event.subject.split(':')
    if (type === 'order') changed.value = Number(id)
  })
  useReset(() => all(true))
  watch(
    () => session.shop,
    () => all(false),
    { immediate: true },
  )
  return { counts, urgent, stops, beat, changed, refresh: () => all(false) }
}
