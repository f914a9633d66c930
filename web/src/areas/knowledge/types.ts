/** Articles as the API shows them. */
import type { CanMove } from '@/parts/ActionBar.vue'
import type { Tone } from '@/parts/StatusTag.vue'

export interface MdNode {
  t: string
  x?: string
  a?: Record<string, string>
  c?: MdNode[]
}
export interface Place {
  name: string
  title: string
  text: MdNode[]
  answers: { label: string; to: string }[]
  actions: { label: string; do: string; what: string; reason: string }[]
  end: boolean
}
export interface Content {
  nodes: MdNode[]
  pairs: { question: string; answer: MdNode[] }[]
  steps: MdNode[][]
  places: Place[]
}
export type Kind = 'article' | 'faq' | 'script' | 'steps' | 'tree'
export interface Short {
  id: number
  key: string
  shop: number
  kind: Kind
  title: string
  summary: string
  category: string
  category_label: string
  tags: string[]
  platforms: string[]
  audience: 'buyer' | 'staff'
  owner: { id: number | null; name: string } | null
  state: string
  state_label: string
  version: number
  must_read: boolean
  published_at: string | null
  changed_at: string | null
  changed_by: string
  review_on: string | null
  stale: boolean
  valid_from: string | null
  valid_to: string | null
  in_date: boolean
  helped: number
  not_helped: number
  used: number
}
export interface Version {
  number: number
  title: string
  note: string
  state: string
  state_label: string
  author: string
  reviewer: string
  said: string
  restores: number | null
  conversation: number | null
  published_at: string | null
  changed_at: string | null
  can: CanMove[]
}
export interface Clock {
  kind: string
  label: string
  who: string
  due_at: string | null
}
export interface Draft extends Version {
  values: ArticleValues
  stamp: string
  content: Content
  missing: Record<string, string>
  clocks: Clock[]
}
export interface Full extends Short {
  title_zh: string
  title_en: string
  body: string
  body_en: string
  questions: string[]
  goods: string[]
  stages: Choice[]
  shops: number[]
  source: string
  content: Content
  may_write: boolean
  current: Version | null
  draft: Draft | null
  versions: Version[]
  read_at: string | null
  readers: { wanted: number; read: number; missing: string[] } | null
  my_rating: boolean | null
}
export interface ArticleValues {
  title: string
  kind: Kind
  summary: string
  body: string
  title_en: string
  body_en: string
  questions: string[]
  category: string
  tags: string[]
  platforms: string[]
  goods: string[]
  stages: string[]
  audience: 'buyer' | 'staff'
  owner: number | null
  source: string
  review_on: string | null
  valid_from: string | null
  valid_to: string | null
  must_read: boolean
  shops: number[]
  replaces: number | null
}
export interface Choice {
  value: string
  label: string
}
export interface Choices {
  kinds: Choice[]
  categories: Choice[]
  stages: Choice[]
  platforms: Choice[]
  tags: Choice[]
  owners: { id: number | null; name: string }[]
}
export interface Counts {
  review: number
  mine: number
  draft: number
  stale: number
  unread: number
  feed: number
}
export interface Work {
  article: number
  number: number
  title: string
  kind: Kind
  shop: number
  category_label: string
  state: string
  state_label: string
  note: string
  author: string
  said: string
  conversation: number | null
  changed_at: string | null
  state_at: string | null
  due_at: string | null
  first: boolean
}
export interface FeedLine {
  article: number
  title: string
  number: number
  note: string
  author: string
  reviewer: string
  published_at: string | null
  state: string
  state_label: string
  category_label: string
  must_read: boolean
  new: boolean
}
export interface Wanted {
  kind: 'miss' | 'unhelpful' | 'case' | 'talk'
  shop: number
  key: string
  text: string
  count: number
  buyers: number
  first_at: string | null
  last_at: string | null
  article: number | null
  title: string
}
export interface DiffLine {
  is: 'same' | 'gone' | 'new'
  text: string
}
export interface Compared {
  old: number
  new: number
  lines: DiffLine[]
  lines_en: DiffLine[]
  fields: { field: string; old: string; new: string }[]
}
export interface Preview {
  content: Content
  content_en: Content
  missing: Record<string, string>
  verdict: string
  rules: { id: string; level: string; reason: string; title: string }[]
}

export const toneOf = (state: string): Tone =>
  (({ published: 'done', review: 'waiting', draft: 'open', archived: 'plain', superseded: 'plain' })[state] as Tone) ??
  'plain'

export const emptyValues = (): ArticleValues => ({
  title: '',
  kind: 'article',
  summary: '',
  body: '',
  title_en: '',
  body_en: '',
  questions: [],
  category: '',
  tags: [],
  platforms: [],
  goods: [],
  stages: [],
  audience: 'staff',
  owner: null,
  source: '',
  review_on: null,
  valid_from: null,
  valid_to: null,
  must_read: false,
  shops: [],
  replaces: null,
})
