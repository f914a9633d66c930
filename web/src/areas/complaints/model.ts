/** Reviews and disputes as the API shows them, and what the pages work out from them. */
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Tone } from '@/parts/StatusTag.vue'
import type { Happening } from '@/parts/Timeline.vue'
import type { Values } from '@/parts/form/schema'

export interface Base {
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
  order: { id: number; order_no: string } | null
  customer: { id: number; nick: string } | null
}
export interface Clock {
  kind: string
  label: string
  who: string
  started_at: string
  due_at: string
  paused: boolean
  from_platform?: boolean
}
interface FlowPart {
  clocks: Clock[]
  can: CanMove[]
  timeline: Happening[]
  visited: string[]
  initial: Record<string, Values>
  server_now: string
}
export interface Word {
  word: string
  start: number
  weight: number
  why: string
}
export interface TopicFound {
  topic: string
  label: string
  good: boolean
  words: string[]
}
export interface ReviewRow extends Base {
  order_no: string
  nick: string
  title: string
  sku: string
  sku_code: string
  rating: 'good' | 'neutral' | 'bad'
  rating_label: string
  rating_before: string
  stars: number | null
  text: string
  added: string
  pictures: number
  show: boolean
  mood: string
  mood_label: string
  score: number
  topics: { topic: string; label: string }[]
  given_at: string
  changeable_until: string
  waiting: string[]
}
export interface FeedbackLine {
  department: string
  label: string
  words: string
  asked_by: string
  asked_at: string
  verdict: string
  verdict_label: string
  answer: string
  answered_by: string
  answered_at: string | null
  may: boolean
}
export interface Review extends ReviewRow, FlowPart {
  reading: { words: Word[]; topics: TopicFound[] }
  feedback: FeedbackLine[]
  cause: string
  cause_label: string
  department: string
  department_label: string
  finding: string
  remedy: { case: number; number: string; amount_fen: number; lines: { label: string; value: string }[] } | null
  reply: string
  replied_by: string
  replied_at: string | null
  replies: { id: string; label: string; kind: string; text: string }[]
  changeable: boolean
}
export interface DisputeRow extends Base {
  platform_no: string
  kind: string
  kind_label: string
  reason: string
  reason_label: string
  claim: string
  claim_fen: number | null
  raised_at: string
  opened_at: string
  senior: boolean
  intervened: boolean
  outcome: string
  outcome_label: string
  awarded_fen: number | null
  advanced: boolean
  closed_at: string | null
}
export interface Check {
  item: string
  label: string
  kind: 'auto' | 'said' | 'paper'
  must: boolean
  there: boolean
  auto: boolean
}
export interface Piece {
  id: number
  item: string
  label: string
  channel: string
  channel_label: string
  accepted: boolean
  text: string
  photos: { id: number; url: string }[]
  by: string
  at: string
}
export interface Offered {
  solution: string
  amount_fen: number | null
  channel: string
  text: string
  at: string
}
export interface Dispute extends DisputeRow, FlowPart {
  opened_by: string
  case: { flow: string; id: number } | null
  reply: string
  statement: string
  explanation: string
  opinion: string
  root_cause: string
  department: string
  department_label: string
  person: string
  penalty: string
  penalty_fen: number | null
  facts: { offers?: Offered[]; written?: string; ruling?: string; missing?: string }
  checklist: Check[]
  evidence: Piece[]
  tip: string
  source: string
  exposure: {
    label: string
    fen: number | null
    note: string
    until: string | null
    over: boolean
    verified: boolean
  }[]
}
export interface TallyOut {
  won: number
  lost: number
  partly: number
  settled: number
  judged: number
  win_permille: number | null
}
export interface Choice {
  value: string
  label: string
}

export const REVIEW_DESKS = ['todo', 'told', 'answered', 'open', 'done', 'all'] as const
export const DISPUTE_DESKS = ['todo', 'waiting', 'closing', 'open', 'done', 'all'] as const

export const ratingTone = (rating: string): Tone =>
  rating === 'bad' ? 'danger' : rating === 'neutral' ? 'waiting' : 'done'
export function stateTone(row: { category: string; state: string }): Tone {
  if (row.state === 'intervened' || row.state === 'escalated') return 'danger'
  return row.category === 'open' ? 'open' : row.category === 'waiting' ? 'waiting' : (row.category as Tone)
}
export const percent = (permille: number | null): string => (permille === null ? '—' : `${(permille / 10).toFixed(0)}%`)

export interface Piecemeal {
  text: string
  tone: '' | 'up' | 'down'
  title: string
}
/** The review's text cut at the words that counted, so that the page can mark them. */
export function marked(text: string, words: readonly Word[]): Piecemeal[] {
  const found: Piecemeal[] = []
  let at = 0
  for (const one of [...words].sort((a, b) => a.start - b.start)) {
    if (one.start < at || one.start >= text.length) continue
    if (one.start > at) found.push({ text: text.slice(at, one.start), tone: '', title: '' })
    const end = Math.min(one.start + one.word.length, text.length)
    const sign = one.weight > 0 ? '+' : ''
    found.push({
      text: text.slice(one.start, end),
      tone: one.weight > 0 ? 'up' : 'down',
      title: `${one.why ? `${one.why} · ` : ''}${sign}${one.weight}`,
    })
    at = end
  }
  if (at < text.length) found.push({ text: text.slice(at), tone: '', title: '' })
  return found
}
