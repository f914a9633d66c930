/** A buyer as the customers API shows her: masked, with how fresh the profile is. */
import { api, pageOf, type Page } from '@/api/client'

export interface Customer {
  id: number
  shop: number
  nick: string
  name: string
  vip: number
  level: number
  phone: string
  phone_tail: string
  tags: string[]
  notes: string
  visitor: boolean
  first_seen_at: string
  last_seen_at: string
  checked_at: string | null
  valid_until: string
  expired: boolean
  may_edit: boolean
  may_unmask: boolean
}
export interface Entry {
  id: number
  kind: string
  label: string
  subject: string
  text: string
  details: Record<string, unknown>
  actor: string
  at: string
}
export interface OrderBrief {
  id: number
  order_no: string
  status_label: string
  ordered_at: string
  paid_fen: number | null
  payable_fen: number | null
  lines: { title: string }[]
}
export const customerOf = (id: number) => api.get<Customer>(`/api/customers/${id}`)
export const change = (id: number, what: Partial<Pick<Customer, 'tags' | 'notes' | 'name' | 'vip' | 'level'>>) =>
  api.patch<Customer>(`/api/customers/${id}`, what)
export const confirm = (id: number) => api.post<Customer>(`/api/customers/${id}/confirm`)
export const unmask = (id: number, reason: string) =>
  api.post<{ phone: string; notes: string }>(`/api/customers/${id}/unmask`, { reason })
export const timelineOf = (id: number, cursor: string | null) =>
  api.get<Page<Entry>>(`/api/customers/${id}/timeline`, { cursor, limit: 30 })
export const ordersOf = async (shop: number, customer: number): Promise<OrderBrief[]> =>
  pageOf<OrderBrief>(await api.get<Page<OrderBrief>>('/api/orders', { shop, customer, limit: 30 })).items
