/** Scripts (话术) as the settings page holds them, and what the API says of them. */
import { api } from '@/api/client'

export interface Attached {
  id: number
  url: string
  mime: string
  name?: string
}
export interface Script {
  id: number
  scope: 'shop' | 'team' | 'personal'
  team: number | null
  title: string
  text: string
  category: string
  shortcut: string
  tags: string[]
  platforms: string[]
  style: string
  variant: string
  step: string
  uploads: number[]
  attachments: Attached[]
  origin: string
  valid_from: string | null
  valid_until: string | null
  state: 'active' | 'upcoming' | 'expired'
  used: number
  used_at: string | null
  may_edit: boolean
}
export interface Choice {
  name: string
  label: string
  sample: string
}
export interface Choices {
  variables: Choice[]
  styles: Choice[]
  steps: Choice[]
  categories: string[]
}
export interface Check {
  verdict: 'block' | 'warn' | 'log' | 'allow'
  rules: { id: string; level: string; title: string; reason: string }[]
  unknown: string[]
  preview: string
  similar: { id: number; title: string; likeness: number }[]
}
export interface Imported {
  added: number
  changed: number
  same: number
  rejected: { row: number; title: string; reason: string }[]
  rejects_csv: string
}
export const PLATFORMS = ['taobao', 'tmall', 'jd', 'pinduoduo', 'douyin', 'kuaishou', 'own']

export const emptyScript = (scope: Script['scope']): Script => ({
  id: 0,
  scope,
  team: null,
  title: '',
  text: '',
  category: '',
  shortcut: '',
  tags: [],
  platforms: [],
  style: '',
  variant: '',
  step: '',
  uploads: [],
  attachments: [],
  origin: '',
  valid_from: null,
  valid_until: null,
  state: 'active',
  used: 0,
  used_at: null,
  may_edit: true,
})
export const choicesOf = (shop: number) => api.get<Choices>('/api/quick-replies/choices', { shop })
export const checkScript = (shop: number, text: string, id: number | null, signal?: AbortSignal) =>
  api.post<Check>('/api/quick-replies/check', { text, id }, { query: { shop }, ...(signal ? { signal } : {}) })

/** What the server is told: a date taken away is an empty text. */
export function saveScript(shop: number, one: Script): Promise<Script> {
  const { scope, team, title, text, category, shortcut, tags, platforms, style, variant, step, uploads } = one
  const values = { title, text, category, shortcut, tags, platforms, style, variant, step, uploads }
  const dates = { valid_from: one.valid_from ?? '', valid_until: one.valid_until ?? '' }
  if (one.id) return api.patch<Script>(`/api/quick-replies/${one.id}`, { ...values, ...dates })
  return api.post<Script>('/api/quick-replies', { scope, team, ...values, ...dates }, { query: { shop } })
}
