/** Every call of the workbench to the server, in one place. */
import { api, pageOf, type Page } from '@/api/client'
import type {
  Said,
  AgentState,
  Alert,
  Attachment,
  Fitting,
  Message,
  MessageKind,
  QuickReply,
  Row,
  Special,
  Talk,
  Verdict,
} from './types'

const LIMIT = 100
const MOST = 600

export interface Agent {
  id: number
  name: string
  status: AgentState
  load: number
  cap: number
}
export interface Team {
  id: number
  name: string
}

async function all<T>(path: string, query: Record<string, string | number | null>): Promise<T[]> {
  const rows: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = pageOf<T>(await api.get<Page<T>>(path, { ...query, cursor, limit: LIMIT }))
    rows.push(...page.items)
    cursor = page.next
  } while (cursor && rows.length < MOST)
  return rows
}

export const openRows = async (): Promise<Row[]> => {
  const boxes = await Promise.all(['queue', 'open'].map((box) => all<Row>('/api/conversations', { box })))
  return boxes.flat()
}
export const boxPage = (box: string, shop: number | null, q: string, cursor: string | null, signal?: AbortSignal) =>
  api.get<Page<Row>>('/api/conversations', { box, shop, q, cursor, limit: 40 }, signal)
export const talkOf = (id: number) => api.get<Talk>(`/api/conversations/${id}`)
export const step = (id: number, verb: string, form: Record<string, unknown> = {}) =>
  api.post<Talk>(`/api/conversations/${id}/${verb}`, form)
export const markRead = (id: number) => api.post(`/api/conversations/${id}/read`)
export const setLabels = (id: number, labels: string[]) => api.patch<Talk>(`/api/conversations/${id}`, { labels })

export interface MessagePage {
  items: Message[]
  next: number | null
}
export const messagesBefore = (id: number, before: number | null) =>
  api.get<MessagePage>(`/api/conversations/${id}/messages`, { before, limit: 50 })
export const messagesAfter = (id: number, after: number) =>
  api.get<MessagePage>(`/api/conversations/${id}/messages`, { after, limit: LIMIT })

export interface Sent {
  message: { id: number; seq: number; at: string }
  event: number | null
  guard: { verdict: string; rules: string[]; reason: string } | null
}
export const send = (body: {
  conversation: number
  client_id: string
  kind: MessageKind
  text: string
  attachments: number[]
  confirm?: string
}) => api.post<Sent>('/lane/messages', body)
/** She has it open: colleagues see it, the buyer does not. */
export const tellReading = (conversation: number) => api.post('/lane/typing', { conversation, reading: true })
export const tellTyping = (conversation: number) => api.post('/lane/typing', { conversation })
export const checkText = (shop: number, conversation: number, text: string, history: Said[], signal: AbortSignal) =>
  api.post<Verdict>('/api/guard/check', { shop, text, conversation, history }, { signal })

export const fittingScripts = (conversation: number, rules: string[]) =>
  api.get<{ items: Record<string, Fitting> }>(`/api/conversations/${conversation}/guard-scripts`, {
    rules: rules.join(','),
  })
export const alertsOf = (id: number) =>
  api.get<{ items: Alert[]; special: Special | null }>(`/api/conversations/${id}/alerts`)
export const appealGuard = (id: number, body: { rule: string; reason: string; text?: string; seq?: number }) =>
  api.post(`/api/conversations/${id}/guard-appeal`, body)
export const tellHeeded = (id: number, text: string, key: string) =>
  api.post(`/api/conversations/${id}/guard-heeded`, { text, key })

export function upload(
  file: File,
  shop: number,
  conversation: number,
  progress: (share: number) => void,
): Promise<Attachment> {
  const form = new FormData()
  form.append('file', file)
  form.append('shop', String(shop))
  form.append('conversation', String(conversation))
  return api.upload<Attachment>('/api/uploads', form, progress)
}

export const quickReplies = (shop: number, conversation: number, q: string, signal?: AbortSignal) =>
  api.get<Page<QuickReply>>('/api/quick-replies', { shop, conversation, q, limit: 100 }, signal)
export const loadStarter = (shop: number) =>
  api.post<{ added: number }>('/api/quick-replies/starter', {}, { query: { shop } })
/** Final text for this buyer: the server resolves the variables; several become one message. */
export const fillReplies = (conversation: number, replies: number[]) =>
  api.post<{ text: string; missing: string[]; attachments: Attachment[] }>('/api/quick-replies/fill', {
    conversation,
    replies,
  })
export const recommend = (conversation: number, item: string, reasons: string[]) =>
  api.post<{ text: string }>(`/api/conversations/${conversation}/recommend`, { item, reasons })

export const agentsOf = async (shop: number): Promise<Agent[]> =>
  pageOf<Agent>(await api.get<Page<Agent>>('/api/agents', { shop })).items
export const teamsOf = async (shop: number): Promise<Team[]> =>
  pageOf<Team>(await api.get<Page<Team>>(`/api/shops/${shop}/teams`)).items
export interface MyStatus {
  shop: number
  status: AgentState
  load: number
  cap: number
}
export const myStatus = async (): Promise<MyStatus[]> =>
  pageOf<MyStatus>(await api.get<Page<MyStatus>>('/api/agents/status')).items
export const setStatus = async (
  shop: number | null,
  change: { status?: AgentState; cap?: number },
): Promise<MyStatus[]> =>
  pageOf<MyStatus>(await api.post<Page<MyStatus>>('/api/agents/status', { shop, ...change })).items

export interface ReplyClocks {
  shop: number
  first_human_reply: number
  first_human_reply_urgent: number
  follow_up_reply: number
  slow_reply_alarm: number
  stale_window: number
  hours: [string, string][]
}
/** The reply clocks of every shop she serves in, in seconds of open time. */
export const replyClocks = async (): Promise<ReplyClocks[]> =>
  pageOf<ReplyClocks>(await api.get<Page<ReplyClocks>>('/api/reply-clocks')).items
