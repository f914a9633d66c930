/** The print and pack desk as the API shows it, its calls, and what a key press means. */
import { api, type Page } from '@/api/client'
import { t } from '@/i18n'
import { spanWords } from '@/parts/time'

export type Kind = 'stop' | 'changed'
export interface Hold {
  id: number
  order: number
  kind: Kind
  kind_label: string
  reason: string
  case: string
  stood: string
  placed_by: string
  placed_at: string
  seen_by: string
  seen_at: string | null
  released_by: string
  released_at: string | null
  how: string
}
export interface HandOver {
  id: number
  shop: number
  order: number
  order_no: string
  nick: string
  fulfilment: string
  what: 'papers' | 'parcel'
  case: string
  state: 'asked' | 'handed' | 'settled'
  asked_by: string
  asked_at: string
  gave_by: string
  took_by: string
  handed_at: string | null
  how: string
  settled_by: string
  settled_at: string | null
  note: string
}
export interface PackLine {
  id: number
  title: string
  sku: string
  sku_code: string
  qty: number
  refunded_qty: number
  pack: number
}
export type Step = 'printed' | 'packed' | 'shipped'
export interface DeskOrder {
  id: number
  shop: number
  order_no: string
  nick: string
  receiver: string
  status: string
  status_label: string
  fulfilment: string
  fulfilment_label: string
  hold: Kind | ''
  flag: string
  remark: string
  remark_mark: string
  message: string
  gift: string
  no_price: boolean
  carrier: string
  waybill: string
  ordered_at: string
  waiting_since: string
  due_at: string | null
  lines: PackLine[]
  next: Step | null
  say: string
  blocked: string | null
  warning: string | null
  holds: Hold[]
  hand_overs: HandOver[]
  slips: number
  waybills: number
  /** Remark, flag or message changed since this person read them (R164): packing says that she did. */
  unread: boolean
}
export interface Counts {
  unprinted: number
  printed: number
  packed: number
  late_soon: number
  urgent: number
  hand_overs: number
}
export interface Urgent {
  hold: Hold
  order: DeskOrder
}
export type Paper = 'slip' | 'waybill' | 'recall'
export interface Run {
  id: number
  shop: number
  paper: Paper
  state: 'queued' | 'running' | 'done' | 'failed'
  wanted: number
  done: number
  skipped: { order: number; order_no: string; why: string }[]
  pages: number
  size: number
  problem: string
  by: string
  at: string
  finished_at: string | null
}
/** What a scan does: only look, or the next step at once when nothing stands in its way. */
export type Mode = 'look' | 'packed' | 'shipped'
export const MODES: readonly Mode[] = ['packed', 'shipped', 'look']
export const LISTS = ['unprinted', 'printed', 'packed', 'shipped'] as const
export type List = (typeof LISTS)[number]
export type Tab = List | 'hand_overs' | 'runs'

export const calls = {
  counts: (shop: number | null) => api.get<Counts>('/api/print/counts', { shop }),
  one: (id: number) => api.get<DeskOrder>(`/api/print/orders/${id}`),
  scan: (code: string, shop: number | null) =>
    api.post<{ order: DeskOrder; others: DeskOrder[] }>('/api/print/scan', { code, shop }),
  step: (order: DeskOrder, to: string) =>
    api.post<DeskOrder>(`/api/print/orders/${order.id}/step`, {
      to,
      confirmed: Boolean(order.warning),
      read: order.unread ? order.remark_mark : '',
    }),
  urgent: (shop: number | null) => api.get<Page<Urgent>>('/api/print/urgent', { shop }),
  hold: (id: number, body: { kind: Kind; reason: string; seen?: string }) =>
    api.post<Hold>(`/api/print/orders/${id}/hold`, body),
  act: (hold: number, verb: 'seen' | 'void' | 'papers' | 'release', body: object = {}) =>
    api.post<Hold>(`/api/print/holds/${hold}/${verb}`, body),
  start: (shop: number, paper: Paper, orders: number[]) => api.post<Run>('/api/print/runs', { shop, paper, orders }),
}
export const fileOf = (run: number): string => `/api/print/runs/${run}/file`

/** Whether the scan may take the step by itself: the mode asks for it, and nobody has to read anything first. */
export function goesAlone(order: DeskOrder, mode: Mode): boolean {
  return mode !== 'look' && order.next === mode && !mustRead(order)
}
/** Something on the order that the packer has to see before she goes on. */
export function mustRead(order: DeskOrder): boolean {
  return Boolean(
    order.blocked ||
    order.warning ||
    order.hold ||
    order.unread ||
    order.flag === 'red' ||
    order.gift ||
    order.no_price,
  )
}
/** The step that Enter takes now; null when the desk must not go on. */
export function stepNow(order: DeskOrder): 'packed' | 'shipped' | null {
  return order.blocked || order.next === 'printed' ? null : order.next
}

/** How long ago something was, in words. */
export const ago = (at: string, now: number): string => t('print.ago', { span: spanWords(now - Date.parse(at)) })

/** The case behind a hold or hand-over, for reading; nothing for what was done by hand. */
export const caseOf = (name: string): string => (name.startsWith('order:') ? '' : ` · ${name.replace(':', ' #')}`)
