/** Finance, budgets, the morning and registers as the API shows them. */
import type { CanMove } from '@/parts/ActionBar.vue'

interface Ref {
  id: number
  order_no: string
}
interface Buyer {
  id: number
  nick: string
}
export interface Payable {
  id: number
  flow: string
  flow_label: string
  case: number
  number: string
  round: number
  shop: number
  order: Ref
  customer: Buyer
  reason_label: string
  state: string
  state_label: string
  amount_fen: number
  paid_fen: number
  refunded_fen: number
  granted_at: string
  granted_by: string
  due_at: string | null
  approved_by: string
  batch: { id: number; number: string } | null
  payout_no: string
  failed_why: string
  failures: number
  delayed_at: string | null
  delay_why: string
  delay_notices: number
  channels: { value: string; label: string }[]
  channel_label: string
  reference: string
  paid_by: string
  paid_at: string | null
  account: {
    asked_at: string
    told_at: string | null
    kind_label: string
    holder: string
    account: string
    bank: string
  } | null
  to: { text: string; payer: string; parts: { label: string; to: string; fen: number }[] }
}
export interface Sum {
  rows: number
  amount_fen: number
}
export interface Totals {
  by_state: Record<string, Sum>
  paid_today: Sum
}
export interface Budget {
  shop: number
  month: string
  budget_fen: number
  used_fen: number
  left_fen: number
  my_limit_fen: number | null
  agent_limit_fen: number
  vendor_limit_fen: number
  supervisor_limit_fen: number
}
export interface Result {
  id: number
  number: string
  result: 'done' | 'already' | 'refused'
  why: string
  code: string
}
export interface Batch {
  id: number
  number: string
  shop: number
  channel_label: string
  rows: number
  amount_fen: number
  waiting: number
  paid: number
  made_by: string
  made_at: string
  cancelled_at: string | null
}
export interface ResultFile {
  id: number
  shop: number
  filename: string
  paid: number
  already: number
  failed: number
  rejected: number
  paid_fen: number
  by: string
  at: string
}
export interface Reversal {
  id: number
  shop: number
  number: string
  flow: string
  case: number
  order: Ref
  customer: Buyer
  amount_fen: number
  reference: string
  again: boolean
  why: string
  answer: string
  state: string
  state_label: string
  asked_by: string
  asked_at: string
  decided_by: string
  decided_at: string | null
  can: CanMove[]
}
export interface Reminder {
  id: number
  subject: string
  number: string
  shop: number
  path: string
  agent: number
  agent_name: string
  state: string
  state_label: string
  text: string
  waited_since: string
  asked_by: string
  asked_at: string
  due_at: string
  late: boolean
  answered_at: string | null
  answer: string
}
export interface Waiting {
  subject: string
  kind: string
  kind_label: string
  number: string
  shop: number
  order_no: string
  nick: string
  state: string
  state_label: string
  waits_for: string
  opened_at: string
  since: string
  due_at: string | null
  amount_fen: number
  path: string
  agent: number | null
  reminder: Reminder | null
  reminders: number
}
export interface Morning {
  items: Waiting[]
  counts: Record<string, number>
  agents: { shop: number; id: number; name: string }[]
  reviewed: { by: string; at: string } | null
}
export interface RegisterAbout {
  name: string
  title: string
  source: string
  columns: { key: string; label: string; money: boolean }[]
  places: { place: string; label: string }[]
}
export interface RegisterRow {
  subject: string
  shop: number
  path: string
  cells: Record<string, string | number>
  signed: Record<string, string>
}

/** The channels that every chosen row may go by: what one payout file can carry. */
export function commonChannels(rows: readonly Payable[]): { value: string; label: string }[] {
  const [first, ...rest] = rows
  return (first?.channels ?? []).filter((one) => rest.every((row) => row.channels.some((c) => c.value === one.value)))
}
export const casePathOf = (row: { flow: string; case: number }): string => `/cases/${row.flow}/${row.case}`
