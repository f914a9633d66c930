/** Service cases (改单、取消、撤回) as the API shows them. */
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Tone } from '@/parts/StatusTag.vue'
import type { Schema } from '@/parts/form/schema'

export interface ServiceRow {
  id: number
  number: string
  kind: string
  kind_label: string
  state: string
  state_label: string
  category: string
  waits_for: string
  shop: number
  order: { id: number; order_no: string; fulfilment: string; fulfilment_label: string }
  customer: { id: number; nick: string }
  what: string[]
  asked_when: string
  asked_when_label: string
  refund_fen: number | null
  opened_at: string
  state_at: string
  due_at: string | null
  ended_at: string | null
}
export interface SignedStep {
  verb: string
  label: string
  state: string
  state_label: string
  by: string
  at: string
  note: string
  data: Record<string, unknown>
}
export interface ServiceCase extends ServiceRow {
  changes: Record<string, unknown>[]
  remark: string
  remark_plan: string
  held: string
  facts: Record<string, string>
  override: string
  same_account: boolean
  opened_by: string
  parent: number | null
  can: CanMove[]
  track: { verb: string; at: string | null; by: string }[]
  steps: SignedStep[]
}
export interface RemarkFirst {
  mark: string
  unread: boolean
  flag: string
  flag_label: string
  text: string
  buyer_message: string
  readers: { name: string; at: string; times: number }[]
}
export interface Ask {
  ask: string
  kind: string
  label: string
  allowed: 'yes' | 'no' | 'aftersales'
  text: string
  form: Schema | null
}
export interface Panel {
  order: number
  remark: RemarkFirst
  flags: { value: string; label: string }[]
  cases: ServiceCase[]
  asks: Ask[]
  customer: number
}

const TONES: Record<string, Tone> = { open: 'open', waiting: 'waiting', done: 'done', dropped: 'dropped' }
export const serviceTone = (row: { category: string }): Tone => TONES[row.category] ?? 'plain'
export const isOpen = (row: ServiceRow): boolean => row.ended_at === null
