/** What the life of a talk asks of the server: colleagues, whispers, snooze, tasks, merging, the end, identity, search. */
import { api, pageOf, type Page } from '@/api/client'
import type { Message, Row, Talk } from '../types'

const at = (id: number) => `/api/conversations/${id}`
const items = async <T>(path: string, query: Record<string, string | number | null> = {}): Promise<T[]> =>
  pageOf<T>(await api.get<Page<T>>(path, query)).items

export interface Named {
  id: number
  name: string
}
export interface Colleague extends Named {
  status: string
}
export interface Guest {
  staff: Named
  kind: 'mention' | 'consult'
  asked_by: string
  since: string
  seen_at: string | null
  answered_at: string | null
}
export interface Asked {
  conversation: number
  shop: number
  customer: string
  kind: 'mention' | 'consult'
  text: string
  asked_by: string
  since: string
  seen: boolean
  answered: boolean
}
export interface Whisper {
  id: number
  author: Named
  to: Named
  text: string
  at: string
  seen: boolean
  mine: boolean
}
export interface Task {
  id: number
  shop: number
  customer: Named
  conversation: number | null
  agent: Named | null
  kind: string
  kind_label: string
  why: string
  due_at: string
  late: boolean
  state: string
  state_label: string
  result: string
  made_by: string
}
export interface Draft {
  topic: string
  text: string
  source: string
  model_available: boolean
  topics: { key: string; label: string }[]
  problem: string
}
export interface Identity {
  state: 'verified' | 'unverified' | 'asked' | 'wrong' | 'other_account'
  label: string
  verified: boolean
  how: string
  how_label: string
  at: string | null
  by_name: string
  scripts: string[]
  strength: 'block' | 'warn'
  why: string
}
export interface Hit {
  message: number
  seq: number
  conversation: number
  found_in: number
  shop: number
  customer: Named
  agent: Named | null
  author: { kind: string; name: string }
  kind: string
  at: string
  text: string
  marks: [number, number][]
}
export interface MergeOption {
  id: number
  state: string
  opened_at: string
  last_text: string
  messages: number
}
export interface Watch {
  id: number
  shop: number
  staff: Named
  reason: string
  started_at: string
  until: string
}
export interface ShopTag extends Named {
  colour: string
}
export type ThreadMessage = Message & { conversation: number }

export const colleagues = (id: number, q: string) => items<Colleague>(`${at(id)}/colleagues`, { q })
export const writeNote = (id: number, text: string, mentions: number[], consult: boolean) =>
  api.post(`${at(id)}/notes`, { text, mentions, consult })
export const guestsOf = (id: number) => items<Guest>(`${at(id)}/guests`)
export const letGo = (id: number, staff: number) => api.delete(`${at(id)}/guests/${staff}`)
export const asked = () => items<Asked>('/api/asked')
export const askedSeen = (id: number) => api.post(`${at(id)}/asked/seen`)
export const whispersOf = (id: number) => items<Whisper>(`${at(id)}/whispers`)
export const whisper = (id: number, text: string, to: number | null) => api.post(`${at(id)}/whispers`, { text, to })
export const whispersSeen = (id: number) => api.post(`${at(id)}/whispers/seen`)

export const resolve = (id: number, form: Record<string, unknown>) =>
  api.post<{ closed: Talk; next: Talk | null }>(`${at(id)}/resolve`, form)
export const invite = (id: number) => api.post<Talk>(`${at(id)}/invite`)
export const snooze = (id: number, until: string | null) => api.post<Talk>(`${at(id)}/snooze`, { until })
export const wake = (id: number) => api.post<Talk>(`${at(id)}/wake`)
export const mergeOptions = (id: number) => items<MergeOption>(`${at(id)}/merge`)
export const merge = (id: number, into: number) => api.post<Talk>(`${at(id)}/merge`, { into })
export const threadOf = (id: number) => items<ThreadMessage>(`${at(id)}/thread`, { limit: 200 })

export const tasksOf = (query: { box?: string; customer?: number; state?: string }) => items<Task>('/api/tasks', query)
export const makeTask = (body: {
  conversation?: number
  customer?: number
  kind: string
  why: string
  due_at: string
}) => api.post<Task>('/api/tasks', body)
export const putOff = (id: number, due_at: string) => api.patch<Task>(`/api/tasks/${id}`, { due_at })
export const endTask = (id: number, state: string, result: string) =>
  api.post<Task>(`/api/tasks/${id}/end`, { state, result })
export const tagsOf = (shop: number) => items<ShopTag>('/api/tags', { shop })

export const draftOf = (id: number, model: boolean) => api.post<Draft>(`${at(id)}/summary/draft`, { model })
export const saveSummary = (id: number, text: string, topic: string, source: string) =>
  api.post(`${at(id)}/summary`, { text, topic, source })
export const feedbackKinds = async () =>
  (await api.get<{ choices: { key: string; label: string }[] }>('/api/feedback', { limit: 1 })).choices
export const noteFeedback = (id: number, body: { kind: string; text: string; goods: string; suggestion: string }) =>
  api.post(`${at(id)}/feedback`, body)

export const identityOf = (id: number) => api.get<Identity>(`${at(id)}/identity`)
export const checkIdentity = (id: number, order_no: string, phone_tail: string) =>
  api.post<Identity>(`${at(id)}/identity`, { order_no, phone_tail })
export const askedToProve = (id: number) => api.post<Identity>(`${at(id)}/identity/ask`)

export const searchMessages = (query: Record<string, string | number | null>, signal?: AbortSignal) =>
  api.get<Page<Hit>>('/api/messages/search', query, signal)

export const watchNow = async () => (await api.get<{ watch: Watch | null }>('/api/desk-watch')).watch
export const startWatch = (shop: number, staff: number, reason: string) =>
  api.post<Watch>('/api/desk-watch', { shop, staff, reason })
export const stopWatch = (id: number) => api.delete(`/api/desk-watch/${id}`)
export const watchedRows = (id: number, box: string) => items<Row>(`/api/desk-watch/${id}/conversations`, { box })
export const watchedMessages = (id: number, talk: number) =>
  items<Message>(`/api/desk-watch/${id}/conversations/${talk}/messages`, { limit: 100 })
