/** Watched orders as the API shows them. */
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Happening } from '@/parts/Timeline.vue'
import type { Values } from '@/parts/form/schema'

export interface Sign {
  kind: string
  label: string
  ref: string
  note: string
  at: string
}
export interface WatchRow {
  id: number
  number: string
  shop: number
  state: string
  state_label: string
  category: string
  waits_for: string
  state_at: string
  due_at: string | null
  opened_at: string
  until: string
  order: { id: number; order_no: string; paid_fen: number }
  customer: { id: number; nick: string }
  succeeded_at: string | null
  title: string
  more: number
  signs: Sign[]
  news: string
  contacts: number
  contacted_at: string | null
}
export interface Watch extends WatchRow {
  may_contact: { may: boolean; why: string; not_before: string | null; most: number }
  script: string
  conversation: number | null
  calls: {
    channel: string
    text: string
    outcome: string
    outcome_label: string
    note: string
    by: string
    at: string
  }[]
  can: CanMove[]
  initial: Record<string, Values>
  visited: string[]
  timeline: Happening[]
}

export const DESKS = ['contact', 'contacted', 'watching', 'done', 'all'] as const
export const GRAVE = new Set(['dispute', 'bad_review', 'refund', 'trouble'])
/** How much of the watch has gone by, for the bar in the list. */
export function gone(row: WatchRow, now: number): number {
  const start = Date.parse(row.succeeded_at ?? row.opened_at)
  const end = Date.parse(row.until)
  return Math.min(1, Math.max(0, (now - start) / Math.max(1, end - start)))
}
