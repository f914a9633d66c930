/** Follow-up entries, unpaid orders, pre-sales and money advice, as the API shows them. */
import { api } from '@/api/client'
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Tone } from '@/parts/StatusTag.vue'

export interface Buyer {
  id: number
  nick: string
  vip: number
}
export interface Option {
  value: string
  label: string
  tag?: string
}
export interface Entry {
  id: number
  shop: number
  order: number
  order_no: string
  order_status_label: string
  fulfilment_label: string
  customer: Buyer
  goods: string
  more: number
  payable_fen: number | null
  topic: string
  kind: string
  kind_label: string
  state: string
  state_label: string
  category: Tone
  desk_label: string
  owner: { id: number; name: string } | null
  since: string
  opened_at: string
  due_at: string
  escalated_at: string | null
  closed_at: string | null
  solution: { kind: string; label: string; amount_fen: number; text: string; by_name: string } | null
  result: string
}
export interface FullEntry extends Entry {
  notes: { id: number; text: string; by_name: string; at: string }[]
  can: CanMove[]
}
export interface Counts {
  open: number
  mine: number
  free: number
  escalated: number
  late: number
  kinds: Record<string, number>
}
export interface Batch {
  id: number
  action: string
  state: string
  total: number
  fine: number
  done: number
  refused: number
  problem: string
  file: boolean
  items: { entry: number; order_no: string; kind_label: string; fine: boolean; why: string; outcome: string }[]
}
export interface Reminder {
  id: number
  state: string
  state_label: string
  reason: string
  channel_label: string
  text: string
  by: string
  by_name: string
  taken_at: string
  sent_at: string | null
}
export interface Unpaid {
  id: number
  shop: number
  order_no: string
  kind: string
  customer: Buyer
  goods: string
  sku: string
  more: number
  payable_fen: number | null
  ordered_at: string
  closes_at: string
  may: boolean
  why: string
  why_label: string
  not_before: string | null
  held: Reminder | null
  reminders: Reminder[]
  today: number
  same_buyer: number
  reason: string
  note: string
  snoozed_until: string | null
  presale: string
  category: string
  suggested: Record<string, string>
}
export interface Words {
  reasons: Option[]
  channels: Option[]
}
export interface Presale {
  id: number
  state: string
  state_label: string
  category: Tone
  deposit_fen: number
  balance_fen: number
  balance_from: string
  balance_until: string
  ships_at: string
  reminded_at: string | null
  can: CanMove[]
}
export interface Advice {
  verdict: 'yes' | 'no' | 'ask'
  say: string
  say_en: string
  fen: Record<string, number>
  parts: Record<string, unknown>[]
  why: { code: string; zh: string; en: string; rule: string }[]
}
export interface OrderMoney {
  order: number
  unpaid: boolean
  goods_fen: number
  freight_fen: number
  total_fen: number
  postage: Advice
  price: Advice
  free_shipping: Advice
  instalment: Advice
  card_fee: Advice
  pay_by_other: Advice
  methods: Advice
  coupons_per_order: number
  banks: string[]
  activities: string[]
}
interface Script {
  id: number
  title: string
  text: string
  rendered?: string | null
}

let known: Promise<Words> | undefined
/** Reasons and channels; they never change while the page lives. */
export const unpaidWords = (): Promise<Words> => (known ??= api.get<Words>('/api/unpaid/words'))

/** The shop's own scripts for this; who may not read scripts gets none. */
export async function scriptsOf(shop: number, category: string): Promise<Script[]> {
  const found = await api
    .get<{ items: Script[] }>('/api/quick-replies', { shop, category, limit: 20 })
    .catch(() => ({ items: [] }))
  return found.items
}
export const unpaidOf = (order: number) => api.get<Unpaid>(`/api/orders/${order}/unpaid`)
export const beginReminder = (order: number) => api.post<Reminder>(`/api/orders/${order}/reminders`)
export const endReminder = (id: number, verb: 'send' | 'drop', form: Record<string, unknown> = {}) =>
  api.post<Reminder>(`/api/reminders/${id}/${verb}`, form)
export const noteUnpaid = (order: number, change: Record<string, unknown>) =>
  api.post<Unpaid>(`/api/orders/${order}/unpaid`, change)

/** Words for a place in the reply box of the talk that is open. */
export const intoReply = (words: string): boolean =>
  document.dispatchEvent(new CustomEvent('xiaoer:compose', { detail: { what: 'insert', words } }))
