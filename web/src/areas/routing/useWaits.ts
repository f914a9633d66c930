/** Why each talk in the queue waits, for the rows of the queue; fetched anew when the assigner speaks. */
import { onScopeDispose, ref, watch } from 'vue'
import { shopsInView } from '@/live/session'
import { useJournal } from '@/live/stream'
import { waitsOf } from './calls'

const QUIET = 400

export function useWaits(wanted: () => boolean) {
  const waits = ref<Record<number, string>>({})
  let timer: ReturnType<typeof setTimeout> | undefined
  async function load(): Promise<void> {
    if (!wanted()) return
    const shops = shopsInView.value.filter((shop) => shop.perms.includes('chat') || shop.perms.includes('chat.all'))
    const found = await Promise.all(shops.map((shop) => waitsOf(shop.id).catch(() => [])))
    waits.value = Object.fromEntries(found.flat().map((one) => [one.conversation, one.reason_label]))
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), QUIET)
  }
  watch([wanted, shopsInView], soon, { immediate: true })
  useJournal({ area: 'routing' }, soon)
  onScopeDispose(() => clearTimeout(timer))
  return waits
}
