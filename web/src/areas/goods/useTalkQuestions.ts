/** What was asked of the warehouse from one talk; the answer is there the moment the warehouse gives it. */
import { ref, watch } from 'vue'
import { api, pageOf, type Page } from '@/api/client'
import { may } from '@/live/session'
import { t } from '@/i18n'
import { useJournal, useReset } from '@/live/stream'
import { done } from '@/parts/notify'
import type { Question } from './types'

export function useTalkQuestions(talk: () => { id: number; shop: number } | null) {
  const rows = ref<Question[]>([])
  async function load(): Promise<void> {
    const here = talk()
    if (!here || !may('orders.view', here.shop)) {
      rows.value = []
      return
    }
    const query = { conversation: here.id, state: 'all', limit: 20 }
    const found = await api.get<Page<Question>>('/api/stock-questions', query).catch(() => null)
    if (found && talk()?.id === here.id) rows.value = pageOf<Question>(found).items
  }
  watch(() => talk()?.id, load, { immediate: true })
  useJournal({ area: 'goods' }, (event) => {
    const details = event.payload.details as { about?: string } | undefined
    if (!event.kind.startsWith('stock_question.') || details?.about !== `conversation:${talk()?.id}`) return
    void load().then(() => {
      const one = rows.value.find((row) => event.subject === `stock_question:${row.id}`)
      if (one?.mine && event.kind === 'stock_question.answer')
        done(t('goods.question.mineAnswered', { answer: one.answer_label }))
    })
  })
  useReset(load)
  return { questions: rows, loadQuestions: load }
}
