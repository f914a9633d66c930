/** Every call of routing to the server. */
import { api, pageOf, type Page } from '@/api/client'

export interface Candidate {
  agent: number
  name: string
  load: number
  cap: number
  weight: number
  reason: string
  reason_label: string
}
export interface Count {
  reason: string
  reason_label: string
  count: number
}
export interface Decision {
  number: number
  at: string
  conversation: number
  decision: 'assigned' | 'waiting'
  agent: { id: number; name: string } | null
  reason_label: string
  cause_label: string
  waited_seconds: number
  peak: boolean
  candidates: Candidate[]
  others: Count[]
  buyer?: string
}
export interface Now {
  reason: string
  reason_label: string
  since: string
  widens_at: string | null
  peak: boolean
  summary: Count[]
  candidates: Candidate[]
}
export interface Sorting {
  topic: string
  topic_label: string
  side_label: string
  team: string
  urgent: boolean
  sure: number
  how: string
  words: string[]
  by: string
  choices: { key: string; name: string }[]
  handover: { trigger: string; order: number; order_no: string } | null
}
export interface TalkRouting {
  items: Decision[]
  now: Now | null
  sorting: Sorting
}
export interface Rule {
  key: string
  title: string
  value: unknown
  value_text: string
  explain: string
  layer: string
}
export interface Topic {
  key: string
  name: string
  name_en: string
  words: string[]
  side: string
  team: number | null
  urgent: boolean
  complex: boolean
  active: boolean
}
export interface Team {
  id: number
  name: string
  kind: string
  members: string[]
}
export interface Mode {
  peak: boolean
  hold: 'auto' | 'on' | 'off'
  auto: boolean
  since: string | null
  by: string
  waiting: number
}
export interface Settings {
  shop: number
  profile: string
  nobody: string
  stages: { name: string; title: string; text: string; rules: Rule[] }[]
  topics: Topic[]
  own_topics: boolean
  teams: Team[]
  people: { id: number; name: string }[]
  proxy: number | null
  main: number | null
  mode: Mode
  learned: {
    on: boolean
    corrections: number
    least: number
    examples: number
    right: number | null
    at: string | null
  }
  sorted: Record<string, { talks: number; corrected: number }>
}
export interface Spell {
  id: number
  staff: number
  name: string
  status: string
  status_label: string
  why_label: string
  by: string
  device: string
  since: string
  until: string | null
}
export interface History {
  items: Spell[]
  totals: { staff: number; name: string; seconds: Record<string, number> }[]
}

export const talkRouting = (id: number) => api.get<TalkRouting>(`/api/conversations/${id}/routing`)
export const correct = (id: number, topic: string, reroute: boolean) =>
  api.post<TalkRouting>(`/api/conversations/${id}/topic`, { topic, reroute })
export const escalate = (id: number, note: string) =>
  api.post<TalkRouting>(`/api/conversations/${id}/escalate`, { note })
export const handOver = (id: number) => api.post<TalkRouting>(`/api/conversations/${id}/handover`)
export const waitsOf = async (shop: number) =>
  pageOf<{ conversation: number; reason: string; reason_label: string }>(
    await api.get<Page<{ conversation: number; reason: string; reason_label: string }>>('/api/routing/queue', { shop }),
  ).items
export const modeOf = (shop: number) => api.get<Mode>('/api/routing/mode', { shop })
export const holdMode = (shop: number, hold: string) =>
  api.post<Mode>('/api/routing/mode', { hold }, { query: { shop } })
export const settingsOf = (shop: number) => api.get<Settings>('/api/routing/settings', { shop })
export const loadStarter = (shop: number) =>
  api.post<{ topics: number; teams: number }>('/api/routing/starter', {}, { query: { shop } })
export const saveTopic = (shop: number, fresh: boolean, topic: Topic) =>
  fresh
    ? api.post<Topic>('/api/routing/topics', topic, { query: { shop } })
    : api.patch<Topic>(`/api/routing/topics/${topic.key}`, topic, { query: { shop } })
export const tryWords = (shop: number, text: string) =>
  api.post<{ topic: string; topic_label: string; sure: number; words: string[] }>(
    '/api/routing/try',
    { text },
    { query: { shop } },
  )
export const chooseAccounts = (shop: number, proxy: number | null, main: number | null) =>
  api.put('/api/routing/accounts', { proxy, main }, { query: { shop } })
export const train = (shop: number) => api.post<Settings['learned']>('/api/routing/train', {}, { query: { shop } })
export const decisionsOf = (shop: number, before: number | null) =>
  api.get<Page<Decision> & { next: number | null }>('/api/routing/decisions', { shop, before, limit: 30 })
export const historyOf = (shop: number, staff: number | null, since: string) =>
  api.get<History>('/api/agents/history', { shop, staff, since })

export interface Shift {
  id: number
  starts_at: string
  ends_at: string
  name: string
  now: boolean
  by: string
}
export interface OnRoster {
  id: number
  name: string
  shifts: Shift[]
  certificate: { granted_at: string; expires_at: string | null; valid: boolean; by: string } | null
}
export interface Roster {
  first: string
  days: number
  roster_binds: { on: boolean; explain: string }
  certificate_binds: { on: boolean; explain: string }
  people: OnRoster[]
}
export interface NewShift {
  staff: number
  day: string
  start: string
  end: string
  name: string
}
export const rosterOf = (shop: number, first: string) => api.get<Roster>('/api/routing/roster', { shop, first })
export const addShift = (shop: number, shift: NewShift) => api.post('/api/routing/roster', shift, { query: { shop } })
export const dropShift = (shop: number, id: number) => api.delete(`/api/routing/roster/${id}?shop=${shop}`)
export const grant = (shop: number, staff: number, last: string | null) =>
  api.put(`/api/routing/certificates/${staff}`, { expires_on: last }, { query: { shop } })
export const withdraw = (shop: number, staff: number) => api.delete(`/api/routing/certificates/${staff}?shop=${shop}`)
