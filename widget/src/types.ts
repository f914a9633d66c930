// Shapes of the buyer's API.
export interface Session {
  token: string
  visitor: string
  conversation: { id: number; state: string } | number | null
  greeting: string
  shop: { name: string; hours?: string; open?: boolean; hotline?: string }
  event: number
  offline?: OfflineAsk | null
}

/** Out of hours: what the shop asks, and what she left already. */
export interface OfflineAsk {
  ask: boolean
  promise: string
  contact_kinds: { name: string; label: string }[]
  times: { name: string; label: string }[]
  open: OfflineLeft | null
}

export interface OfflineLeft {
  promised_at?: string
  promise?: string
  contact?: string
}

/** Her place in the queue. */
export interface Place {
  waiting: boolean
  ahead: number
  more: boolean
  expected_seconds: number | null
  open: boolean
  peak: boolean
}

export interface Upload {
  id: number
  url: string
  mime?: string
  name?: string
  size?: number
  width?: number | null
  height?: number | null
  /** Of a file on its way: which share has gone. */
  progress?: number
}

export interface Message {
  id: number
  seq: number
  client_id: string
  author: { kind: 'buyer' | 'staff' | 'bot' | 'system'; id: number | null; name: string }
  kind: 'text' | 'image' | 'file' | 'card' | 'system' | 'note'
  text: string
  attachments: Upload[]
  card: Record<string, unknown> | null
  at: string
  pending?: boolean
  failed?: string
}

export interface OrderLine {
  id: number
  title: string
  sku: string
  qty: number
  paid_fen: number
  refunded_qty?: number
}

export interface Order {
  id: number
  order_no: string
  status: string
  status_label?: string
  paid_fen: number
  freight_fen: number
  created_at: string | null
  carrier: string
  waybill: string
  lines: OrderLine[]
}

export interface CaseRow {
  id: number
  flow: string
  flow_label?: string
  number: string
  state: string
  state_label: string
  buyer_text?: string
  requested_fen?: number
  updated_at?: string
}

export interface Step {
  verb: string
  label: string
  style: string
  form: JsonSchema | null
  disabled?: string | null
}

export interface JsonSchema {
  title?: string
  description?: string
  type?: string
  format?: string
  enum?: string[]
  labels?: Record<string, string>
  default?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  $ref?: string
  $defs?: Record<string, JsonSchema>
  /** An exchange: line -> the looks it may be changed to. */
  looks?: Record<string, string[]>
}

/** Money that cannot go back as it came: where shall it go? */
export interface AskedAccount {
  order: { id: number; order_no: string }
  amount_fen: number
  account: { told_at: string | null; kind_label: string; holder: string; account: string }
}

/** A voucher order of hers: how many coupons are unused, used, refunded. */
export interface Lot {
  id: number
  order: { id: number }
  title: string
  until: string
  unused: number
  used: number
  refunded: number
  coupons?: { code: string; state: string; state_label: string; store: string }[]
}

export interface CaseDetail extends CaseRow {
  clocks: { kind: string; label: string; due_at: string; who: string }[]
  timeline: { number?: number; at: string; label: string; actor_name?: string }[]
  can: Step[]
  return_address?: { name: string; phone: string; address: string } | null
  freight?: { text?: string } | null
  facts?: { label: string; value: string }[]
}

/** What the shop's rules offer for an order: kinds, reasons with freight and proof, pieces left. */
export interface Opening {
  kinds: {
    kind: string
    label: string
    reasons: OpeningReason[]
    form?: JsonSchema
    hint?: string
    takes_pieces?: boolean
  }[]
  lines: { id: number; title: string; sku: string; qty: number; paid_fen: number; bought: number; max_fen: number }[]
  no_reason_until: string | null
}

export interface OpeningReason {
  value: string
  label: string
  photos_needed: boolean
  in_time: boolean
  problem: string | null
  freight: string
}
