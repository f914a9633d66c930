/** Orders as the API shows them, and the words and colours of their states. */
import type { Tone } from '@/parts/StatusTag.vue'

export interface OrderLine {
  id: number
  line_no: number
  sub_no: string
  title: string
  sku: string
  sku_code: string
  qty: number
  refunded_qty: number
  price_fen: number | null
  paid_fen: number | null
  category: string
  status: string
  summary: boolean
}
export interface Order {
  id: number
  shop: number
  order_no: string
  kind: string
  customer: { id: number; nick: string; vip: number }
  status: string
  status_label: string
  status_text: string
  fulfilment: string
  fulfilment_label: string
  goods_fen: number | null
  freight_fen: number | null
  payable_fen: number | null
  paid_fen: number | null
  discount_fen: number | null
  refunded_fen: number
  free_shipping: boolean
  receiver_name: string
  receiver_phone: string
  receiver_address: string
  phone_tail: string
  ordered_at: string
  created_at: string | null
  paid_at: string | null
  shipped_at: string | null
  signed_at: string | null
  succeeded_at: string | null
  closed_at: string | null
  remarked_at: string | null
  changed_at: string
  /** When it succeeds by itself; only one order alone says it. */
  confirms_at?: string | null
  close_reason: string
  waybill: string
  carrier: string
  buyer_message: string
  seller_remark: string
  flag: string
  source: string
  lines: OrderLine[]
  may: string[]
}
export interface Receiver {
  receiver_name: string
  receiver_phone: string
  receiver_address: string
}

export const STATUSES = ['waiting_payment', 'paid', 'shipped', 'succeeded', 'closed'] as const
export const FULFILMENTS = ['unprinted', 'printed', 'packed', 'shipped', 'voided'] as const
export const FLAGS = ['red', 'yellow', 'green', 'blue', 'purple', 'grey', 'orange', 'cyan'] as const
/** Flags keep their colour in light and dark: people know them by it. */
export const FLAG_COLOURS: Record<string, string> = {
  red: '#d93a2b',
  yellow: '#d6a400',
  green: '#3a9150',
  blue: '#2f7cc4',
  purple: '#9050c0',
  grey: '#8a8f8c',
  orange: '#e07b1f',
  cyan: '#1d9aa3',
}

const STATUS_TONES: Record<string, Tone> = {
  waiting_payment: 'waiting',
  paid: 'open',
  shipped: 'info',
  succeeded: 'done',
  closed: 'dropped',
}
const FULFILMENT_TONES: Record<string, Tone> = {
  unprinted: 'plain',
  printed: 'waiting',
  packed: 'open',
  shipped: 'info',
  voided: 'danger',
}
export const statusTone = (status: string): Tone => STATUS_TONES[status] ?? 'plain'
export const fulfilmentTone = (state: string): Tone => FULFILMENT_TONES[state] ?? 'plain'

/** The next steps inside the shop that make sense from here; the server has the last word. */
export function nextFulfilment(state: string): string[] {
  if (state === 'unprinted') return ['printed', 'voided']
  if (state === 'printed') return ['packed', 'voided']
  if (state === 'packed') return ['shipped', 'voided']
  return []
}

/** "颜色分类:黑色;尺码:M" is read as "黑色 / M"; the names of the attributes only fill the line. */
export function shortSku(sku: string): string {
  return sku
    .split(/[;；]/)
    .map((part) => part.replace(/^[^:：]{1,8}[:：]/, '').trim())
    .filter(Boolean)
    .join(' / ')
}

export const pieces = (order: Order): number => order.lines.reduce((sum, line) => sum + line.qty, 0)

/** What the order is about in one line: the first item and how many more. */
export function headline(order: Order): { title: string; more: number } {
  const [first, ...rest] = order.lines
  return { title: first?.title ?? '', more: rest.length }
}

/** The stages of an order with the time each was reached, for the step bar. */
export function stages(order: Order): { key: string; at: string | null }[] {
  const made = [
    { key: 'created', at: order.created_at ?? order.ordered_at },
    { key: 'paid', at: order.paid_at },
    { key: 'shipped', at: order.shipped_at },
    { key: 'signed', at: order.signed_at },
    { key: 'succeeded', at: order.succeeded_at },
  ]
  if (order.status === 'closed') return [...made.filter((one) => one.at), { key: 'closed', at: order.closed_at }]
  return made
}
