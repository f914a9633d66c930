/** Offered answers as the API shows them. */
import type { Place } from '@/areas/knowledge/types'
import type { Attachment } from '../types'

export interface Offer {
  source: 'article' | 'script'
  ref: number
  kind: string
  title: string
  text: string
  missing: string[]
  why: string[]
  key: string
  guard: string
  attachments: Attachment[]
  places: Place[]
}
export interface Offers {
  asked: string
  items: Offer[]
  drafts: boolean
}
export interface Drafted {
  text: string
  sources: string[]
  verdict: string
  problem: string
  tokens: number
}
