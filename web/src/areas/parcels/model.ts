/** Parcels, their traces and alerts, as the API gives them. */
import type { Tone } from '@/parts/StatusTag.vue'

export interface Alert {
  id: number
  kind: string
  label: string
  state: 'open' | 'asked' | 'answered' | 'closed'
  owner: number | null
  owner_name: string
  answer: string
  answer_due_at: string | null
  outcome: string
  opened_at: string
  asked_at: string | null
  answered_at: string | null
  late_at: string | null
  told_at: string | null
  closed_at: string | null
}
export interface Parcel {
  id: number
  shop: number
  direction: string
  carrier: string
  carrier_label: string
  waybill: string
  state: string
  state_label: string
  trouble: string
  code: string
  text: string
  place: string
  first_scan_at: string | null
  last_scan_at: string | null
  signed_at: string | null
  promised_at: string | null
  created_at: string
  changed_at: string
  orders: { id: number; order_no: string; customer: number; nick: string }[]
  alerts: Alert[]
  may: string[]
}
export interface TraceLine {
  id: number
  at: string
  text: string
  place: string
  code: string
  state: string
  state_label: string
  source: string
}
export interface ParcelDetail extends Parcel {
  traces: TraceLine[]
  history: Alert[]
  answer: string
  answer_zh: string
  usual_days: number[]
  estimate: string[] | null
  promise_missed: { promised_at: string; late_seconds: number; form: string; amount_fen: number } | null
}
export interface Counts {
  any: number
  late: number
  mine: number
  kinds: Record<string, number>
  labels: Record<string, string>
  ship_soon: number
  ship_late: number
}
export interface LateOrder {
  id: number
  order_no: string
  shop: number
  nick: string
  status: string
  fulfilment: string
  paid_at: string
  due_at: string
  late: boolean
  owed_fen: number
  form: string
  clicked: boolean
}

export const STATES = [
  ...['unknown', 'created', 'picked_up', 'in_transit', 'customs', 'out_for_delivery', 'at_station'],
  ...['problem', 'refused', 'returning', 'signed', 'returned', 'cancelled'],
]
export const CARRIERS = ['sf', 'yto', 'zto', 'sto', 'yunda', 'ems', 'post', 'jd', 'jitu', 'deppon', 'danniao', 'other']
export const OUTCOMES = ['moved', 'signed', 'reshipped', 'refunded', 'returned', 'claimed', 'none']

const TONES: Record<string, Tone> = {
  unknown: 'plain',
  created: 'waiting',
  picked_up: 'info',
  in_transit: 'info',
  customs: 'waiting',
  out_for_delivery: 'open',
  at_station: 'waiting',
  problem: 'danger',
  refused: 'danger',
  returning: 'danger',
  signed: 'done',
  returned: 'dropped',
  cancelled: 'dropped',
}
export const parcelTone = (state: string): Tone => TONES[state] ?? 'plain'
