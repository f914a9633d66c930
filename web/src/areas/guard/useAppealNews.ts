/** Tells an agent that her appeal was answered. */
import { useI18n } from 'vue-i18n'
import { session } from '@/live/session'
import { useJournal } from '@/live/stream'
import { done } from '@/parts/notify'

const STATES: Record<string, string> = { 'guard_appeal.excuse': 'false_alarm', 'guard_appeal.uphold': 'upheld' }

export function useAppealNews(): void {
  const { t } = useI18n()
  useJournal({ area: 'guard' }, (event) => {
    const state = STATES[event.kind]
    const details = event.payload.details as { staff?: number } | undefined
    if (state && details?.staff === session.viewer?.id)
      done(t('guard.appeal.told', { state: t(`guard.appeal.box.${state}`) }))
  })
}
