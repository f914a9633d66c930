/** The search as the pages use it. */
import { api } from '@/api/client'
import { session } from '@/live/session'

export interface Hit {
  source: string
  ref: number
  shop: number
  kind: string
  kind_label: string
  title: string
  title_marks: number[][]
  excerpt: string
  marks: number[][]
  category: string
  category_label: string
  tags: string[]
  audience: string
  why: string[]
  key: string
  url: string
}
export interface Facet {
  value: string
  label: string
  count: number
}
export interface Found {
  items: Hit[]
  total: number
  facets: Record<string, Facet[]>
  query_id: string
}
export interface Narrow {
  kind: string
  category: string
  tag: string
}
export interface Part {
  text: string
  hit: boolean
}
export function search(q: string, narrow: Narrow, signal: AbortSignal): Promise<Found> {
  return api.get<Found>('/api/knowledge/search', { q, shop: session.shop, ...narrow }, signal)
}
export const clicked = (found: Found, hit: Hit): Promise<unknown> =>
  api.post('/api/knowledge/search/click', { query_id: found.query_id, source: hit.source, ref: hit.ref })
/** She stopped typing: this was her question, also when nothing was found. */
export const settled = (found: Found): Promise<unknown> =>
  api.post('/api/knowledge/search/settled', { query_id: found.query_id })

/** A text cut at its marks [from, to). */
export function parts(text: string, marks: readonly number[][]): Part[] {
  const chars = [...text]
  const found: Part[] = []
  let at = 0
  for (const [from = 0, to = 0] of marks) {
    if (from > at) found.push({ text: chars.slice(at, from).join(''), hit: false })
    found.push({ text: chars.slice(from, to).join(''), hit: true })
    at = to
  }
  if (at < chars.length) found.push({ text: chars.slice(at).join(''), hit: false })
  return found
}
