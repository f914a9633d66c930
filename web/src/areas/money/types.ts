/** Invoices, bank transfers and COD confirmations as the API gives them. */
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Tone } from '@/parts/StatusTag.vue'
import type { Schema, Values } from '@/parts/form/schema'

export interface MoneyRow {
  id: number
  shop: number
  flow: string
  state: string
  state_label: string
  category: string
  waits_for: string
  state_at: string
  due_at: string | null
  late: boolean
  order: {
    id: number
    order_no: string
    status: string
    status_label: string
    fulfilment: string
    fulfilment_label: string
  }
  customer: { id: number; nick: string }
  can: CanMove[]
}
export interface Invoice extends MoneyRow {
  slip: string
  sort: 'blue' | 'red'
  current: boolean
  taken_back: boolean
  kind_label: string
  type: string
  type_label: string
  title: string
  tax_no: string
  company: Record<string, string>
  delivery_label: string
  email: string
  source_label: string
  note: string
  asked_at: string
  asked_by: string
  asked_late: boolean
  amount_fen: number
  content: { title: string; sku: string; qty: number; fen: number }[]
  run: number | null
  number: string
  issued_at: string | null
  carrier: string
  waybill: string
  sent_at: string | null
  delivered_at: string | null
  came_back_at: string | null
  why_label: string
  gaps: string[]
  initial: Values
  may: string[]
}
export interface InvoiceForm {
  form: Schema
  reissue: Schema
  initial: Values
  may: boolean
}
export interface Run {
  id: number
  number: string
  invoices: number
  amount_fen: number
  by: string
  at: string
}
export interface Transfer extends MoneyRow {
  payer: string
  bank: string
  amount_fen: number
  received_fen: number
  compared: string
  gap_fen: number
  note: string
  arrivals: { reference: string; amount_fen: number; arrived_at: string }[]
  signatures: { what: string; by: string; at: string | null }[]
}
export interface Where {
  shop: number
  on: boolean
  why_not: string
  account: string
}
export interface Cod extends MoneyRow {
  round: number
  opened_at: string
  receiver_name: string
  receiver_phone: string
  receiver_address: string
  carrier: string
  due_fen: number
  calls: number
  called_at: string | null
  called_by: string
  answers: { name: string; label: string; yes: boolean }[]
  reason_label: string
  note: string
  changed: boolean
  may_again: boolean
  fee_fen?: number
  problems?: string[]
  attempts?: { at: string; by: string; channel: string; result: string; note: string }[]
}

export function toneOf(row: MoneyRow): Tone {
  if (row.late) return 'danger'
  return { open: 'open', waiting: 'waiting', done: 'done', dropped: 'dropped' }[row.category] as Tone
}
