/** Whether a talk is put aside now: the same rule as the server's, any message after it ends it. */
import type { Row } from '../types'

export function snoozed(row: Pick<Row, 'snoozed_at' | 'snoozed_until' | 'last_message_at'>, now: number): boolean {
  if (!row.snoozed_at) return false
  if (row.snoozed_until && Date.parse(row.snoozed_until) <= now) return false
  return !row.last_message_at || Date.parse(row.last_message_at) <= Date.parse(row.snoozed_at)
}
