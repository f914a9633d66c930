/** What the guard's pages read from the server. */
import type { CanMove } from '@/parts/ActionBar.vue'

export type Level = 'allow' | 'log' | 'warn' | 'block'
export const LEVELS: readonly Level[] = ['block', 'warn', 'log', 'allow']

export interface Penalty {
  points: number
  fen: number
  zh: string
  en: string
}
/** Platforms that a rule may be for, as the server knows them (guard/rules.py). */
export const PLATFORMS = ['taobao', 'tmall', 'jd', 'vipshop', 'kuaishou', 'douyin', 'pinduoduo', 'xiaohongshu'] as const
/** A rule of the shop, as it is typed. */
export interface ShopRule {
  id: string
  direction: 'out' | 'in'
  level: Exclude<Level, 'allow'>
  title_zh: string
  title_en: string
  reason_zh: string
  reason_en: string
  rewrite_zh: string
  rewrite_en: string
  penalty: Penalty
  phrases: string[]
  patterns: string[]
  unless: string[]
  platforms: string[]
  valid_from: string | null
  valid_to: string | null
  source: string
  match: string[]
  no_match: string[]
}
export interface Override {
  level: Level | ''
  exceptions: string[]
  reason: string
}
/** A shipped rule as it stands in the shop. */
export interface Shipped {
  id: string
  kind: string
  direction: 'out' | 'in'
  title: string
  reason: string
  rewrite: string | null
  penalty: string | null
  source: string[]
  pack: string
  valid_from: string | null
  valid_to: string | null
  match: string[]
  no_match: string[]
  shipped_level: Level
  level: Level
  level_name: string
  in_force: boolean
  points: number
  fen: number
  every: number
  override: Override | null
}
export interface Change {
  kind: 'rule' | 'override'
  rule: string
  what: 'added' | 'removed' | 'changed'
  title: string
  fields: { field: string; before: unknown; after: unknown }[]
}
export interface Version {
  id: number
  shop: number
  state: string
  state_label: string
  version: number | null
  base: number
  restores: number | null
  note: string
  answer: string
  rules_count: number
  overrides_count: number
  made_by: string
  made_at: string
  published_by: string
  published_at: string | null
  state_at: string
}
export interface Ruleset extends Version {
  edits: number
  rules: ShopRule[]
  overrides: Record<string, Override>
  edited_by_me: boolean
  may_restore: boolean
  diff: Change[]
  can: CanMove[]
}
export interface Book {
  shop: number
  platform: string
  may_edit: boolean
  may_publish: boolean
  published: Ruleset | null
  draft: Ruleset | null
  shipped: Shipped[]
  lessons: Record<string, number>
}
export interface TrialItem {
  conversation: number
  seq: number
  author: string
  before: string
  hit: string
  after: string
  at: string
}
export interface TrialPage {
  looked: number
  matched: number
  excused: number
  items: TrialItem[]
  next: number | null
  since: string
  most: number
}
export interface Appeal {
  id: number
  shop: number
  state: string
  state_label: string
  rule: string
  rule_title: string
  level: Level
  text: string
  span: [number, number]
  staff: { id: number; name: string }
  reason: string
  answer: string
  decided_by: string
  decided_at: string | null
  improved: string
  at: string
}
export interface AppealFull extends Appeal {
  history: { from: string; text: string }[]
  conversation: number | null
  rule_reason: string
  rule_penalty: string | null
  rule_source: string[]
  rule_match: string[]
  rule_no_match: string[]
  may_improve: boolean
  clocks: { kind: string; due_at: string; started_at: string; label: string }[]
  can: CanMove[]
}

export const emptyRule = (): ShopRule => ({
  id: '',
  direction: 'out',
  level: 'warn',
  title_zh: '',
  title_en: '',
  reason_zh: '',
  reason_en: '',
  rewrite_zh: '',
  rewrite_en: '',
  penalty: { points: 0, fen: 0, zh: '', en: '' },
  phrases: [],
  patterns: [],
  unless: [],
  platforms: [],
  valid_from: null,
  valid_to: null,
  source: '',
  match: [],
  no_match: [],
})
/** One entry a line, as people type lists. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean)
