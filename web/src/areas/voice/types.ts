/** Calls and follow-ups as the server tells them. */
import type { Order } from '../reception/buyer/types'

export interface Person {
  id: number
  name: string
}
export interface Caller extends Person {
  vip: number
  level: number
  tags: string[]
}
export interface Call {
  id: number
  shop: number
  direction: 'inbound' | 'outbound'
  direction_label: string
  state: string
  state_label: string
  number: string
  line: string
  customer: Caller | null
  matched: string
  vip: number
  complaint: boolean
  first: boolean
  agent: Person | null
  team: string
  tried: number
  started_at: string
  waiting_since: string | null
  wait_due_at: string | null
  ring_since: string | null
  ring_due_at: string | null
  answered_at: string | null
  ended_at: string | null
  wait_seconds: number | null
  talk_seconds: number | null
  hold_seconds: number
  rings: number | null
  solved: boolean | null
  topic: string
  topic_label: string
  wrapped: boolean
  follow_ups: number
  recorded: boolean
  callback_offered: boolean
  mine: boolean
}
export interface FollowUp {
  id: number
  shop: number
  call: number
  kind: string
  kind_label: string
  state: string
  text: string
  owner: Person | null
  due_at: string
  created_at: string
  late: boolean
  done_at: string | null
  result: string
  number: string
  customer: Caller | null
  mine: boolean
}
export interface Assist {
  id: number
  by: string
  consent: string
  link: string
  started_at: string
  ended_at: string | null
}
export interface CallRecord extends Call {
  matched_label: string
  note: string
  guide: string
  guide_done: number[]
  order: number | null
  conversation: number | null
  candidates: (Caller & { how: string; how_label: string })[]
  orders: Order[]
  talks: { id: number; state: string; agent: string; last_text: string; last_message_at: string | null }[]
  earlier: Call[]
  open_follow_ups: FollowUp[]
  assists: Assist[]
  assist_mode: string
  can: string[]
  topics: { value: string; label: string }[]
}
export interface Guide {
  key: string
  title: string
  steps: string[]
  source: string
}
export interface Figure {
  name: string
  label: string
  formula: string
  value: number | null
  unit: string
  top: number
  bottom: number
  low: number | null
  high: number | null
  standing: 'good' | 'bad' | 'none'
}
export interface Bucket {
  at: string
  calls_in: number
  calls_out: number
  lost: number
  in_time: number
}
export interface Figures {
  period: string
  since: string
  until: string
  calls: number
  cut_off: boolean
  items: Figure[]
  series: Bucket[]
}
