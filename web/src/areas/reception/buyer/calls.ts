/** The panel's calls: the buyer, her orders, her cases. */
import { api, pageOf, type Page } from '@/api/client'
import type { Values } from '@/parts/form/schema'
import type { Row } from '../types'
import type { Case, CaseRow, Customer, Opening, Order } from './types'

export const customerOf = (id: number) => api.get<Customer>(`/api/customers/${id}`)
export const changeCustomer = (id: number, change: Partial<Pick<Customer, 'tags' | 'notes' | 'vip'>>) =>
  api.patch<Customer>(`/api/customers/${id}`, change)
export const ordersOf = async (shop: number, customer: number): Promise<Order[]> =>
  pageOf<Order>(await api.get<Page<Order>>('/api/orders', { shop, customer, limit: 20 })).items
export const casesOf = async (shop: number, customer: number): Promise<CaseRow[]> =>
  pageOf<CaseRow>(await api.get<Page<CaseRow>>('/api/cases', { shop, customer, desk: 'all', limit: 20 })).items
export const historyOf = async (shop: number, customer: number): Promise<Row[]> =>
  pageOf<Row>(await api.get<Page<Row>>('/api/conversations', { shop, customer, box: 'all', limit: 10 })).items
export const unmask = (order: number, reason: string) =>
  api.post<{ receiver_name: string; receiver_phone: string; receiver_address: string }>(`/api/orders/${order}/unmask`, {
    reason,
  })
export const remark = (order: number, flag: string, text: string) =>
  api.post<Order>(`/api/orders/${order}/remark`, { flag, text })
export const caseOf = (flow: string, id: number) => api.get<Case>(`/api/cases/${flow}/${id}`)
export const caseStep = (flow: string, id: number, verb: string, form: Values) =>
  api.post<Case>(`/api/cases/${flow}/${id}/${verb}`, form)
export const openingOf = (order: number) => api.get<Opening>('/api/cases/opening', { order })
export const openCase = (kind: string, order: number, form: Values) =>
  api.post<Case>(`/api/cases/${kind}`, { ...form, order })
