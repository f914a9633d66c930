/** What the merged alarm does besides standing there: it sounds, it notes on the desktop, it stands in the tab's title. */
import { computed, onScopeDispose, watch } from 'vue'
import { t } from '@/i18n'
import { desktop, ringAlarm, sound } from './bell'
import type { DeskStore } from './useDesk'

/** As long as somebody waits too long, it is said again this often. */
const AGAIN_MS = 60_000

export function useAlarm(desk: DeskStore, jump: () => void) {
  const late = computed(() => desk.alarm.value?.count ?? 0)
  const oldest = computed(() => desk.alarm.value?.oldest ?? null)
  let note: Notification | undefined

  function say(): void {
    const alarm = desk.alarm.value
    if (!alarm) return
    if (sound.value) ringAlarm()
    if (!desktop.value || !document.hidden) return
    const row = desk.desk.value.rows[alarm.oldest]
    const body = row ? t('alarm.body', { name: row.customer.name }) : ''
    // One note for all of them: the same tag takes the place of the one before.
    note = new Notification(t('alarm.says', { n: alarm.count, s: alarm.seconds }), { body, tag: 'xiaoer-alarm' })
    note.onclick = () => {
      window.focus()
      jump()
      note?.close()
    }
  }
  // More of them, or another one has become the oldest while none left: somebody new is late.
  watch([late, oldest], ([n], [before]) => {
    if (n > before) say()
    if (n === 0) note?.close()
  })
  const timer = setInterval(() => late.value && say(), AGAIN_MS)
  onScopeDispose(() => {
    clearInterval(timer)
    note?.close()
  })
  return { late }
}
