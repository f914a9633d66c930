/** Goods, stock, questions and promotions as the API shows them. */
import type { Page } from '@/api/client'
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Tone } from '@/parts/StatusTag.vue'

export interface Stock {
  on_hand: number
  reserved: number
  free: number
  state: 'ok' | 'low' | 'out' | 'oversold'
  as_of: string
  old: boolean
  source: string
}
export interface Look {
  id: number
  code: string
  colour: string
  size: string
  price_fen: number | null
  stock: Stock | null
}
export interface Brief {
  id: number
  shop: number
  code: string
  title: string
  group: string
  group_label: string
  category_label: string
  picture: string
  price_from_fen: number | null
  price_to_fen: number | null
  skus: number
  free: number | null
  counted: number
  presale_at: string | null
  presale: boolean
  seckill: boolean
  special_price: boolean
  large_item: boolean
  no_reason_excluded: boolean
  on_sale: boolean
  changed_at: string
}
export interface Table {
  id: number
  shop: number
  name: string
  group: string
  rows: Record<string, string | [number, number] | undefined>[]
  stretch: 'none' | 'some' | 'high'
  runs: 'small' | 'true' | 'large'
  note: string
}
export interface Running {
  id: number
  title: string
  kind: string
  kind_label: string
  of_platform: boolean
  ends_at: string
  text: string
  free_shipping: boolean
  cod: boolean
}
export interface Reservation {
  id: number
  sku: number
  sku_code: string
  qty: number
  reason_label: string
  subject: string
  until: string
  by: string
}
export interface Goods extends Brief {
  category: string
  material: string
  style: string
  care: string
  brand: string
  points: string[]
  features: string[]
  advantages: string[]
  pictures: string[]
  model_note: string
  weight_g: number
  payment_note: string
  freight_note: string
  freight_template: string
  looks: Look[]
  size_table: Table | null
  own_table: boolean
  promotions: Running[]
  reservations: Reservation[]
  may_edit: boolean
  may_ask: boolean
}
export interface Advice {
  size: string
  confidence: 'sure' | 'between' | 'unsure' | 'none'
  alternatives: string[]
  reasons: string[]
  ask: string[]
  sentence: string
  sentence_en: string
  table: string
  measures: string[]
}
export interface Question {
  id: number
  shop: number
  state: 'asked' | 'expired' | 'answered' | 'withdrawn'
  state_label: string
  sku_code: string
  goods: number | null
  title: string
  colour: string
  size: string
  qty: number
  note: string
  urgent: boolean
  subject: string
  order: number | null
  order_no: string
  asked_by: string
  mine: boolean
  asked_at: string
  due_at: string | null
  answer: string
  answer_label: string
  answer_qty: number | null
  answer_at: string | null
  answer_note: string
  answered_by: string
  answered_at: string | null
  sentence: string
  sentence_en: string
  can: CanMove[]
}
export interface Promotion extends Running {
  shop: number
  scope: 'shop' | 'goods' | 'category'
  of: string[]
  starts_at: string
  running: boolean
  stopped: boolean
  threshold_fen: number | null
  off_fen: number | null
  may_edit: boolean
}
export interface FreightRow {
  carrier: string
  regions: string[]
  first: number
  first_fen: number
  next: number
  next_fen: number
  free: boolean
  free_from_fen: number | null
  refused: boolean
}
export interface Freight {
  id: number
  shop: number
  name: string
  by: 'piece' | 'weight'
  ships_from: string
  rows: FreightRow[]
  standard: boolean
  note: string
  may_edit: boolean
}
export interface FreightPage extends Page<Freight> {
  provinces: string[]
}
export const FLAGS = ['seckill', 'special_price', 'large_item', 'no_reason_excluded'] as const
export const CATEGORIES = ['general', 'clothing', 'shoes', 'underwear', 'custom'] as const
export const GROUPS = ['coat', 'top', 'dress', 'skirt', 'trousers', 'jeans', 'shoes', 'underwear', 'other'] as const
export const MEASURES = ['height', 'weight', 'shoulder', 'bust', 'waist', 'hip', 'foot'] as const
export const stockTone = (stock: Stock | null): Tone =>
  stock === null ? 'plain' : ({ ok: 'done', low: 'waiting', out: 'dropped', oversold: 'danger' } as const)[stock.state]
export const questionTone = (state: Question['state']): Tone =>
  (({ asked: 'waiting', expired: 'danger', answered: 'done', withdrawn: 'dropped' }) as const)[state]

/** Puts a sentence where the agent writes. */
export const insertWords = (words: string): boolean =>
  document.dispatchEvent(new CustomEvent('xiaoer:compose', { detail: { what: 'insert', words } }))
