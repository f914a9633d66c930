/** Complaints as the API shows them. */
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Happening } from '@/parts/Timeline.vue'
import type { Schema, Values } from '@/parts/form/schema'
import type { Tone } from '@/parts/StatusTag.vue'
import type { Base, Choice, Clock } from './model'

export interface ComplaintRow extends Base {
  channel: string
  channel_label: string
  kind: string
  kind_label: string
  goods: string
  problem: string
  demand: string
  claim_fen: number | null
  safety: boolean
  threat: boolean
  repeats: boolean
  priority: number
  priority_label: string
  level: number
  level_label: string
  opened_at: string
  closed_at: string | null
  buyer_word: string
  buyer_word_label: string
}
export interface Said {
  side: 'ours' | 'hers'
  label: string
  text: string
  solution: string
  amount_fen: number | null
  by: string
  at: string
}
export interface Complaint extends ComplaintRow {
  opened_by: string
  outside: string
  outside_no: string
  outside_due: string | null
  conversation: number | null
  repeat_of: number | null
  first_answer_at: string | null
  liable_label: string
  basis_label: string
  dispute_point: string
  finding: string
  photos: { id: number; url: string }[]
  said: Said[]
  written: string
  ruling: string
  executed: { how: string; reference: string } | null
  case: { flow: string; id: number } | null
  rises: { why: string; note: string; level: string; by: string; at: string; fault: boolean }[]
  help: string
  department_label: string
  root_cause: string
  improvement: string
  inspected: {
    standards: { label: string; kept: boolean }[]
    note: string
    person: string
    penalty_fen: number | null
  } | null
  may_inspect: boolean
  clocks: Clock[]
  can: CanMove[]
  timeline: Happening[]
  visited: string[]
  initial: Record<string, Values>
}
export interface Words {
  channels: Choice[]
  kinds: Choice[]
  levels: Choice[]
  help: Record<string, string>
  form: Schema | null
  inspect: Schema | null
  authority: Schema | null
  talk: Schema | null
  news_form: Schema | null
}
export const NO_WORDS: Words = {
  channels: [],
  kinds: [],
  levels: [],
  help: {},
  form: null,
  inspect: null,
  authority: null,
  talk: null,
  news_form: null,
}
export const COMPLAINT_DESKS = ['todo', 'risen', 'waiting', 'open', 'done', 'all'] as const
export const priorityTone = (priority: number): Tone =>
  priority === 0 ? 'danger' : priority === 1 ? 'waiting' : 'open'
