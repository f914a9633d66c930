/** People in a shop as the settings pages show them. */
export interface Seat {
  id: number
  name: string
  username: string
  roles: string[]
  teams?: (string | { id: number; name: string })[]
  team_ids?: number[]
  active: boolean
}
export interface Invitation {
  id: number
  name: string
  username: string
  roles: string[]
  expires_at: string
  accepted_at?: string | null
}
export interface Team {
  id: number
  name: string
  kind: string
  members?: number | { id: number; name: string }[]
}
export const ROLES = [
  'owner',
  'supervisor',
  'pre_sales',
  'after_sales',
  'clerk',
  'warehouse',
  'finance',
  'inspector',
  'review_clerk',
  'trainer',
  'vendor_agent',
] as const
