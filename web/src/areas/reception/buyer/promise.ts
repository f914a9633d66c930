/** The ship promise of an open order, as the server answers it. */
import { api } from '@/api/client'

interface Words {
  zh: string
  en: string
}
export interface ShipPromise {
  order: number
  may_say: 'today' | 'tomorrow' | 'within_limit' | 'presale_date' | 'ask_warehouse'
  latest_ship_at: string
  sentence: string
  sentence_en: string
  must_not: string[]
  must_not_text: (Words & { code: string })[]
  explain: Words
  overdue: boolean
  rules: { key: string; value: unknown }[]
  late: { late: boolean; due_at: string; owed_fen: number; form: string } | null
}
export interface Known {
  stock?: number
  urgent: boolean
  warehouse_confirmed: boolean
}

/** Unpaid, or paid and not shipped: only these have something to promise. */
export const stillToShip = (order: { status: string; shipped_at: string | null }): boolean =>
  ['waiting_payment', 'paid'].includes(order.status) && !order.shipped_at

export const shipPromiseOf = (order: number, known: Known) =>
  api.get<ShipPromise>(`/api/orders/${order}/promise`, { ...known })
