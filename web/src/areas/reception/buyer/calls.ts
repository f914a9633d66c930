/** The panel's calls: the buyer, her orders, her cases. */
import { ElMessageBox } from 'element-plus/es/components/message-box/index'
import { api, ApiError, pageOf, type Page } from '@/api/client'
import { t } from '@/i18n'
import type { Values } from '@/parts/form/schema'
import type { Row } from '../types'
import type { Case, CaseRow, Customer, Judgement, Opening, Order } from './types'

export const customerOf = (id: number) => api.get<Customer>(`/api/customers/${id}`)
export const changeCustomer = (id: number, change: Partial<Pick<Customer, 'tags' | 'notes' | 'vip'>>) =>
  api.patch<Customer>(`/api/customers/${id}`, change)
export const ordersOf = async (shop: number, customer: number): Promise<Order[]> =>
  pageOf<Order>(await api.get<Page<Order>>('/api/orders', { shop, customer, limit: 20 })).items
export const casesOf = async (shop: number, customer: number): Promise<CaseRow[]> =>
  pageOf<CaseRow>(await api.get<Page<CaseRow>>('/api/cases', { shop, customer, desk: 'all', limit: 20 })).items
export const historyOf = async (shop: number, customer: number): Promise<Row[]> =>
  pageOf<Row>(await api.get<Page<Row>>('/api/conversations', { shop, customer, box: 'all', limit: 10 })).items
interface Receiver {
  receiver_name: string
  receiver_phone: string
  receiver_address: string
}
/** From a talk, order actions pass the same-account rule (R375): refused, or let through for a written reason. */
async function cleared<T>(job: (reason: string) => Promise<T>): Promise<T> {
  try {
    return await job('')
  } catch (error) {
    const may =
      error instanceof ApiError &&
      error.code === 'not_verified' &&
      (error.current as { may_override?: boolean } | null)?.may_override
    if (!may) throw error
    const { value } = await ElMessageBox.prompt(error.message, t('life.identity.override'), {
      inputPattern: /\S{2,}/,
      inputErrorMessage: t('life.identity.overrideHint'),
    })
    return job(value)
  }
}
export const unmask = (talk: number, order: number, reason: string) =>
  cleared((override) => api.post<Receiver>(`/api/conversations/${talk}/orders/${order}/unmask`, { reason, override }))
export const remark = (talk: number, order: number, flag: string, text: string) =>
  cleared((reason) => api.post(`/api/conversations/${talk}/orders/${order}/remark`, { flag, text, reason }))
export const caseOf = (flow: string, id: number) => api.get<Case>(`/api/cases/${flow}/${id}`)
export const caseStep = (flow: string, id: number, verb: string, form: Values) =>
  api.post<Case>(`/api/cases/${flow}/${id}/${verb}`, form)
export const openingOf = (order: number) => api.get<Opening>('/api/cases/opening', { order })
export const judgementOf = (order: number, asked: Record<string, string | boolean>) =>
  api.get<Judgement>('/api/cases/judgement', { order, ...asked })
export const openCase = (kind: string, order: number, form: Values) =>
  api.post<Case>(`/api/cases/${kind}`, { ...form, order })
