/** Follow-up calls as the API shows them. */
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Happening } from '@/parts/Timeline.vue'
import type { Schema, Values } from '@/parts/form/schema'

export interface CallRow {
  id: number
  number: string
  shop: number
  state: string
  state_label: string
  category: string
  waits_for: string
  state_at: string
  due_at: string | null
  owner: { id: number; name: string } | null
  customer: { id: number; nick: string }
  order: { id: number; order_no: string } | null
  kind: string
  kind_label: string
  round: number
  about: string
  topic_label: string
  call_from: string
  call_until: string
  call_at: string | null
  tries: number
  reached_at: string | null
  satisfaction: number | null
  planned_at: string
}
export interface CallNote {
  id: number
  kind_label: string
  incoming: boolean
  reached: boolean
  points: string
  running: string
  opinion: string
  demand: string
  handled: string
  satisfaction: number | null
  by: string
  at: string
}
export interface CareCall extends CallRow {
  words: string
  demand: string
  solution: string
  promised_at: string | null
  complaint: number | null
  conversation: number | null
  may_call: { may: boolean; why: string; not_before: string | null }
  file: { needs: string; interests: string; best_time: string; no_calls: boolean } | null
  notes: CallNote[]
  clocks: { kind: string; label: string; due_at: string; started_at: string }[]
  can: CanMove[]
  initial: Record<string, Values>
  timeline: Happening[]
  may_assign: boolean
}
export interface Words {
  kinds: { value: string; label: string }[]
  plan: Schema | null
  note: Schema | null
  activity: Schema | null
  summary: Schema | null
}
export interface Told {
  ended: number
  reached: number
  complained: number
  reach_permille: number | null
  in_time_permille: number | null
  satisfaction_tenths: number | null
}
export interface Figures {
  all: Told
  kinds: (Told & { kind: string; label: string })[]
}
export const NO_WORDS: Words = { kinds: [], plan: null, note: null, activity: null, summary: null }
export const CALL_DESKS = ['call', 'plan', 'owed', 'reported', 'open', 'done', 'all'] as const
export const share = (permille: number | null): string => (permille === null ? '—' : `${(permille / 10).toFixed(0)}%`)
export const points = (tenths: number | null): string => (tenths === null ? '—' : (tenths / 10).toFixed(1))
