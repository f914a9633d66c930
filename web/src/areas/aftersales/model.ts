/** After-sales cases as the API shows them, and the pure sums that the pages show. */
import type { Tone } from '@/parts/StatusTag.vue'
import type { CanMove } from '@/parts/ActionBar.vue'
import type { LineFacts } from '@/parts/form/lines'
import type { Values } from '@/parts/form/schema'
import type { Happening } from '@/parts/Timeline.vue'

export interface CaseLine {
  line: number
  title: string
  sku: string
  qty: number
  bought: number
  paid_fen: number
  received: number | null
  damaged: number
  requested_fen: number
  granted_qty: number
  granted_fen: number
}
export interface CaseRow {
  id: number
  number: string
  flow: FlowName
  flow_label: string
  state: string
  state_label: string
  category: string
  waits_for: string
  shop: number
  order: { id: number; order_no: string }
  customer: { id: number; nick: string }
  reason: string
  reason_label: string
  responsibility: string
  responsibility_label: string
  lines: CaseLine[]
  requested_fen: number
  granted_fen: number | null
  executed_fen: number
  opened_at: string
  state_at: string
  due_at: string | null
  carrier: string
  carrier_label?: string
  waybill: string
}
/** Which flow a case is of: return, refund_only, exchange ...; `GET /api/cases/kinds` names them all. */
export type FlowName = string
export interface Clock {
  kind: string
  label: string
  who: string
  started_at: string
  due_at: string
  paused: boolean
  internal: boolean
  from_platform: boolean
}
export interface LedgerEntry {
  kind: 'granted' | 'executed' | 'reversed' | 'received'
  part: string
  amount_fen: number
  channel: string
  channel_label: string
  reference: string
  by: string
  at: string
}
export interface Picture {
  id: number
  url: string
  mime: string
  name?: string
  width: number
  height: number
}
export interface Receipt {
  model_ok?: boolean
  package_ok?: boolean
  tags_ok?: boolean
  card_inside?: boolean
  verdict?: 'pass' | 'partial' | 'fail'
  claim?: 'confirmed' | 'not_confirmed' | 'none'
  finding?: string
  checks?: Record<string, boolean>
  slip?: string
}
/** Returned pieces that were put somewhere (退货去向). */
export interface Shelved {
  id: number
  flow: string
  case: number
  number: string
  line: number
  title: string
  sku: string
  qty: number
  place: string
  place_label: string
  note: string
  by: string
  at: string
  settled: string
  settled_label: string
}
export const PLACES = ['restock', 'quarantine', 'supplier', 'destroy'] as const
export interface Case extends CaseRow {
  amounts: {
    requested_fen: number
    granted_fen: number | null
    executed_fen: number
    goods_fen: number | null
    freight_out_fen: number
    freight_back_fen: number
  }
  freight: {
    outbound: string | null
    back: string | null
    advance: string | null
    text: string
    sources: string[]
  }
  /** What the flow knows beyond the common, ready to show. */
  facts?: { label: string; value: string; tone?: string }[]
  more?: Record<string, unknown>
  note: string
  photos: Picture[]
  answer: string
  refused_why: string
  clocks: Clock[]
  buyer_text: string
  visited: string[]
  can: CanMove[]
  server_now: string
  platform_no?: string
  opened_by: string
  decided_by: string
  decided_at: string | null
  goodwill: boolean
  rules?: {
    until: string | null
    in_time: boolean
    window: string
    window_source: string
    condition: string
    freight: string
    freight_sources: string[]
  }
  /** What the form of each step begins with, as the server says. */
  initial?: Record<string, Values>
  /** The refund by the rules, while one can be granted. */
  proposal?: {
    goods_fen: number
    freight_out_fen: number
    freight_back_fen: number
    total_fen: number
    responsibility: string
    why: string
  } | null
  ledger: LedgerEntry[]
  timeline: Happening[]
  receipt?: Receipt
  checks?: { value: string; label: string }[]
  shelved?: Shelved[]
  comes_back?: boolean
  return_address?: { name?: string; phone?: string; address?: string }
  shipped_at?: string | null
  advanced_fen?: number
  received_at?: string | null
  back_carrier?: string
  back_waybill?: string
}

export const DESKS = ['answer', 'dock', 'money', 'approve', 'open', 'all'] as const
export const CHECKS = ['model_ok', 'package_ok', 'tags_ok', 'card_inside'] as const
export type Check = (typeof CHECKS)[number]

const TONES: Record<string, Tone> = { open: 'open', waiting: 'waiting', done: 'done', dropped: 'dropped' }
export function caseTone(row: { category: string; state: string }): Tone {
  if (row.state === 'disputed' || row.state === 'escalated' || row.state === 'refused') return 'danger'
  return TONES[row.category] ?? 'plain'
}

export const casePath = (row: { flow: string; id: number }): string => `/cases/${row.flow}/${row.id}`

/** The goods of a case as a form of quantities shows them: at most what the buyer asked to return. */
export function factsOf(lines: readonly CaseLine[]): LineFacts[] {
  return lines.map((one) => ({
    id: one.line,
    title: one.title,
    sku: one.sku,
    qty: one.qty,
    price_fen: one.bought ? (one.paid_fen - (one.paid_fen % one.bought)) / one.bought : 0,
  }))
}

/** What the forms begin with: everything came back whole, the application as it stands. */
export function initialForms(row: Case): Record<string, Values> {
  return {
    receive: { lines: row.lines.map((one) => ({ line: one.line, received: one.qty, damaged: 0 })) },
    amend: { reason: row.reason, amount_fen: row.requested_fen, note: row.note },
    correct_waybill: { carrier: row.carrier, waybill: row.waybill },
    refund: { channel: 'platform' },
    ...row.initial,
  }
}

export const PARTS = [
  'goods',
  'freight_out',
  'freight_back',
  'difference',
  'compensation',
  'paid_up',
  'repair_fee',
] as const
/** Cases whose goods come back over the return dock. */
export const comesBack = (row: Case): boolean => row.comes_back === true
export interface PartSum {
  part: string
  granted: number
  executed: number
}
/** Per part of the refund: what was granted and what was really paid. */
export function sumsOf(ledger: readonly LedgerEntry[]): PartSum[] {
  return PARTS.map((part) => {
    const mine = ledger.filter((one) => one.part === part)
    const total = (kind: string) =>
      mine.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.amount_fen, 0)
    return { part, granted: total('granted'), executed: total('executed') }
  }).filter((one) => one.granted !== 0 || one.executed !== 0)
}
