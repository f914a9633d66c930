/** How loud a case's clock speaks: by the share of its time that is left. Pure. */
import { toneOf, type Tone } from '@/parts/time'

export interface Ticking {
  due_at: string | null
  state_at: string
  category: string
}
/** The tone of a row; a case without a running clock is calm. */
export function rowTone(row: Ticking, now: number): Tone {
  if (!row.due_at) return 'calm'
  return toneOf(Date.parse(row.due_at), now, Date.parse(row.state_at))
}
/** The class of a row in a list: late and nearly late rows are tinted when the shop must act. */
export function rowClass(row: Ticking & { waits_for: string }, now: number): string {
  const tone = rowTone(row, now)
  if (!['agent', 'warehouse', 'finance'].includes(row.waits_for)) return ''
  return tone === 'over' || tone === 'urgent' ? `row-${tone}` : ''
}
