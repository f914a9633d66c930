/** What the panel on the right shows of a buyer. */
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Schema } from '@/parts/form/schema'

export interface Customer {
  id: number
  nick: string
  name: string
  vip: number
  level: number
  phone: string
  tags: string[]
  notes: string
  visitor: boolean
  first_seen_at: string
  last_seen_at: string
  may_edit: boolean
}
export interface OrderLine {
  id: number
  title: string
  sku: string
  sku_code: string
  qty: number
  refunded_qty: number
  price_fen: number | null
  paid_fen: number | null
}
export interface Order {
  id: number
  shop: number
  order_no: string
  status: string
  status_label: string
  fulfilment_label: string
  payable_fen: number | null
  paid_fen: number | null
  refunded_fen: number
  receiver_name: string
  receiver_phone: string
  receiver_address: string
  ordered_at: string
  paid_at: string | null
  shipped_at: string | null
  signed_at: string | null
  waybill: string
  carrier: string
  buyer_message: string
  seller_remark: string
  flag: string
  lines: OrderLine[]
  may: string[]
}
export interface CaseRow {
  id: number
  number: string
  flow: string
  flow_label: string
  state: string
  state_label: string
  category: string
  waits_for: string
  order: { id: number; order_no: string }
  reason_label: string
  requested_fen: number
  granted_fen: number | null
  executed_fen: number
  opened_at: string
  due_at: string | null
}
export interface CaseClock {
  kind: string
  label: string
  who: string
  started_at: string
  due_at: string
  paused: boolean
  internal: boolean
}
export interface CaseLine {
  line: number
  title: string
  sku: string
  qty: number
  bought: number
  paid_fen: number
}
export interface Case extends CaseRow {
  lines: CaseLine[]
  freight: { text: string }
  note: string
  photos: { id: number; url: string }[]
  clocks: CaseClock[]
  carrier_label?: string
  waybill?: string
  can: CanMove[]
  rules: { until: string | null; in_time: boolean | null; condition: string; freight: string; window: string }
}
export interface OpeningKind {
  kind: string
  label: string
  form: Schema
  /** A sentence that goes with this kind, such as the quicker alternative. */
  hint?: string
  reasons: {
    value: string
    label: string
    photos_needed: boolean
    in_time: boolean
    problem: string | null
    freight: string
  }[]
}
export interface Opening {
  no_reason_until: string | null
  after_sale_until: string | null
  kinds: OpeningKind[]
  lines: { id: number; title: string; sku: string; qty: number; bought: number; price_fen: number; max_fen: number }[]
  max_fen: number
}
interface Choice {
  value: string
  label: string
}
/** What the return policy says of an order: may it go back, until when, who pays. */
export interface Judgement {
  allowed: boolean
  kind: string
  reason: string
  category: string
  until: string | null
  outbound_freight: 'seller' | 'buyer' | null
  return_freight: 'seller' | 'buyer' | null
  refund_fen: number
  needs: string[]
  needs_words: string[]
  offers_words: string[]
  points: string[]
  sources: string[]
  say: string
  kinds: Choice[]
  reasons: Choice[]
  categories: Choice[]
}
