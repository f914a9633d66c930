/** Voucher orders as the API shows them. */
export interface Lot {
  id: number
  shop: number
  order: { id: number; order_no: string }
  customer: { id: number; nick: string }
  title: string
  total: number
  unused: number
  used: number
  held: number
  refunded: number
  paid_fen: number
  refunded_fen: number
  from_at: string
  until: string
  expired_at: string | null
}
export interface LotDetail extends Lot {
  coupons: { code: string; state: string; state_label: string; used_at: string | null; store: string }[]
  refunds: {
    id: number
    number: string
    state_label: string
    category: string
    pieces: number
    amount_fen: number
    by_expiry: boolean
    opened_at: string
    due_at: string | null
  }[]
}
export interface TakenLots {
  created: number
  known: number
  rejected: number
  results: { order_no: string; result: string; reason: string }[]
}
export const COUPON_TONES: Record<string, 'open' | 'waiting' | 'done' | 'dropped'> = {
  unused: 'open',
  used: 'done',
  held: 'waiting',
  refunded: 'dropped',
}
