/** Parcels without a case (无头件). */
import type { Picture } from './model'

export interface Stray {
  id: number
  shop: number
  waybill: string
  carrier: string
  carrier_label: string
  note: string
  photos: Picture[]
  registered_by: string
  registered_at: string
  slip?: Record<string, string>
  case: number | null
  flow?: string
  matched_by: string
  matched_at: string | null
}
