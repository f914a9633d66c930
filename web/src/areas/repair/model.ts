/** The repair desk as the API shows it. */
import type { CanMove } from '@/parts/ActionBar.vue'

export interface Repair {
  id: number
  number: string
  shop: number
  state: string
  state_label: string
  category: string
  waits_for: string
  order: { id: number; order_no: string }
  customer: { id: number; nick: string }
  title: string
  serial: string
  reason_label: string
  fault_label: string
  cause_label: string
  covered: boolean
  centre: string
  charge_fen: number
  charge_paid: boolean
  parts_open: number
  opened_at: string
  state_at: string
  due_at: string | null
}
export interface Part {
  id: number
  shop: number
  code: string
  name: string
  fits: string
  cost_fen: number
  stock: number
  low: number
  short: boolean
  active: boolean
}
export interface PartRequest {
  id: number
  shop: number
  repair: { id: number; number: string; title: string }
  part: number
  code: string
  name: string
  stock: number
  state: string
  state_label: string
  category: string
  qty: number
  used: number
  returned: number
  scrapped: number
  new_serial: string
  old_serial: string
  old_back: boolean | null
  note: string
  asked_by: string
  asked_at: string
  decided_by: string
  issued_by: string
  settled_by: string
  can: CanMove[]
}
export interface Price {
  id: number
  shop: number
  code: string
  name: string
  kind: string
  kind_label: string
  price_fen: number
  from_at: string
  until_at: string | null
}
export interface Term {
  id: number
  category: string
  sku_code: string
  months: number
  covers: string
}
export interface Centre {
  id: number
  name: string
  regions: string[]
  phone: string
  address: string
  active: boolean
}
export interface Warranty {
  id: number
  order: { id: number; order_no: string }
  customer: { id: number; nick: string }
  piece: number
  title: string
  sku_code: string
  serial: string
  months: number
  starts_on: string
  until: string | null
  covered: boolean
  words: string
  source: string
  repairs: number
}
export interface Counted {
  value: string
  label: string
  count: number
}
export interface Faults {
  total: number
  judged: number
  covered: number
  repaired: number
  unrepairable: number
  open: number
  bad: number
  reasons: Counted[]
  faults: Counted[]
  causes: Counted[]
  results: Counted[]
  centres: Counted[]
  products: { sku_code: string; title: string; count: number; fault: string; cause: string; ours: number }[]
}
export interface BillLine {
  code: string
  name: string
  kind_label: string
  qty: number
  price_fen: number
  charged: boolean
  total_fen: number
  why: string
}
export const STAGES = ['ask', 'coming', 'judge', 'work', 'back', 'call'] as const
export const TONES: Record<string, 'open' | 'waiting' | 'done' | 'dropped'> = {
  open: 'open',
  waiting: 'waiting',
  done: 'done',
  dropped: 'dropped',
}
