/** 谁也开着这个会话: who else has the talk open, so that two do not answer it (撞单). Kept nowhere, told every few seconds. */
import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'
import { may, session } from '@/live/session'
import { useTyping } from '@/live/stream'
import { tellReading } from './calls'

const TELL_MS = 12_000
const KEEP_MS = 28_000

export function useReaders(id: Ref<number>, shop: Ref<number>): Ref<string[]> {
  const seen = ref(new Map<string, number>())
  const now = ref(Date.now())
  const tell = () => {
    now.value = Date.now()
    if (document.visibilityState === 'visible' && may('chat', shop.value)) void tellReading(id.value).catch(() => null)
  }
  const timer = window.setInterval(tell, TELL_MS)
  onScopeDispose(() => clearInterval(timer))
  useTyping((event) => {
    const who = event.who as { kind: string; id: number | null; name?: string; reading?: boolean }
    if (event.conversation !== id.value || who.kind !== 'staff' || who.id === session.viewer?.id || !who.name) return
    const known = seen.value.has(who.name)
    seen.value.set(who.name, Date.now())
    now.value = Date.now()
    if (!known) tell() // whoever came just now hears at once that this desk has it open too
  })
  watch(
    id,
    () => {
      seen.value.clear()
      tell()
    },
    { immediate: true },
  )
  return computed(() => [...seen.value].filter(([, at]) => now.value - at < KEEP_MS).map(([name]) => name))
}
