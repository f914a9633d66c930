/** What the reception API and the stream say, as the workbench holds it. */
import type { CanMove } from '@/parts/ActionBar.vue'

export type State = 'queued' | 'open' | 'closed'
export type Box = 'mine' | 'queue' | 'all' | 'closed'
export const BOXES: readonly Box[] = ['mine', 'queue', 'all', 'closed']
export type AgentState = 'online' | 'suspended' | 'away' | 'offline'
export const AGENT_STATES: readonly AgentState[] = ['online', 'suspended', 'away', 'offline']

export interface Named {
  id: number
  name: string
}
export interface Buyer extends Named {
  vip: number
  level: number
  tags?: string[]
  visitor?: boolean
}
export interface Row {
  id: number
  shop: number
  customer: Buyer
  agent: Named | null
  team: number | null
  state: State
  waiting_since: string | null
  reply_due_at: string | null
  first_reply_at?: string | null
  last_message_at: string | null
  last_text: string
  last_author: string
  unread: number
  labels: string[]
  /** Number of the last message that is counted in; what comes with a lower one is old news. */
  seq: number
  closed_at?: string | null
  rating?: number | null
  snoozed_at?: string | null
  snoozed_until?: string | null
}
export interface Talk extends Row {
  can: CanMove[]
  context: {
    page?: string
    order_no?: string
    goods?: { code?: string; title?: string; price_fen?: number }
    /** What she read and searched for in the help centre before she asked. */
    read?: { key: string; title: string }[]
    asked?: string
  }
  state_label: string
  subject: string
  outcome: string
  rating_note: string
  mode?: 'serve' | 'guest' | 'watch' | 'queue'
  merged_into?: number | null
  invited_at?: string | null
  nps?: number | null
  rating_reasons?: string[]
  opened_at: string | null
}
export interface Attachment {
  id: number
  url: string
  mime: string
  width: number | null
  height: number | null
  /** Of a file: under which name it goes out, and its bytes. */
  name?: string
  size?: number
}
export type MessageKind = 'text' | 'image' | 'file' | 'note' | 'card' | 'system'
export interface Message {
  id: number
  seq: number
  client_id: string
  author: { kind: string; id: number | null; name: string }
  kind: MessageKind
  text: string
  attachments: Attachment[]
  card: Record<string, unknown> | null
  at: string
  guard: { verdict: string; rules: string[]; reason: string } | null
}
/** A message of our own that the server has not yet acknowledged, or refused. */
export interface Pending {
  client_id: string
  kind: MessageKind
  text: string
  attachments: Attachment[]
  at: string
  state: 'sending' | 'failed'
  error: string
  confirm?: string
}
export interface GuardHit {
  id: string
  level: string
  span: [number, number]
  title: string
  reason: string
  rewrite: string | null
  penalty: string | null
  source: string[]
  points?: number
  fen?: number
  every?: number
}
/** A script of the shop that says well what a rule would stop. */
export interface Fitting {
  id: number
  title: string
  text: string
}
/** What the agent should know of one of the buyer's messages. */
export interface Alert {
  seq: number
  rules: (GuardHit & { script?: Fitting })[]
  hidden: { text: string; found: { name: string; at: number; says: string }[] } | null
}
export interface Special {
  id: number
  kind: string
  label: string
  advice: string
  serve: string
  reason: string
  state: string
  state_label: string
}
/** What was said before, as the guard reads it. */
export interface Said {
  from: 'buyer' | 'agent'
  text: string
}
export interface Verdict {
  verdict: 'block' | 'warn' | 'log' | 'allow'
  rules: GuardHit[]
}
export interface QuickReply {
  id: number
  scope: string
  title: string
  text: string
  category: string
  shortcut: string
  variables: string[]
  used: number
  rendered: string | null
  missing: string[]
  attachments: Attachment[]
}
