// The buyer's side of the REST API. Every refusal becomes an Error with the server's own sentence.
import { language, t } from './i18n'
import type {
  AskedAccount,
  CaseDetail,
  CaseRow,
  Lot,
  Message,
  OfflineLeft,
  Opening,
  Order,
  Place,
  Session,
  Upload,
} from './types'

export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly fields: Record<string, string>,
  ) {
    super(message)
  }
}

export class Api {
  token = ''

  constructor(
    readonly base: string,
    readonly shop: string,
  ) {}

  headers(json = true): Record<string, string> {
    const headers: Record<string, string> = { 'Accept-Language': language() }
    if (json) headers['Content-Type'] = 'application/json'
    if (this.token) headers['Authorization'] = `Buyer ${this.token}`
    return headers
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const form = body instanceof FormData
    const response = await fetch(this.base + path, {
      method,
      headers: this.headers(!form),
      body: body === undefined ? undefined : form ? body : JSON.stringify(body),
      credentials: 'omit',
    })
    const data: unknown = await response.json().catch(() => ({}))
    if (!response.ok) throw refusal(response.status, data)
    return data as T
  }

  async open(): Promise<Session> {
    const visitor = localStorage.getItem(this.key('visitor')) ?? undefined
    this.token = localStorage.getItem(this.key('token')) ?? ''
    const session = await this.call<Session>('POST', '/api/buyer/session', { shop: this.shop, visitor })
    this.remember(session)
    return session
  }

  remember(session: { token?: string; visitor?: string }): void {
    if (session.token) localStorage.setItem(this.key('token'), (this.token = session.token))
    if (session.visitor) localStorage.setItem(this.key('visitor'), session.visitor)
  }

  key(name: string): string {
    return `xiaoer.${this.shop}.${name}`
  }

  conversation = (context: Record<string, unknown>) =>
    this.call<{ id: number }>('POST', '/api/buyer/conversation', { context })
  messages = () =>
    this.call<{ items: Message[]; conversation: { rating: number | null } | null }>(
      'GET',
      '/api/buyer/messages?limit=100',
    )
  say = (body: Record<string, unknown>) =>
    this.call<{ message: { id: number; seq: number; at: string } }>('POST', '/lane/messages', body)
  typing = (conversation: number) => this.call('POST', '/lane/typing', { conversation })
  orders = () => this.call<{ items: Order[] }>('GET', '/api/buyer/orders')
  prove = (order_no: string, phone_tail: string) =>
    this.call<{ token?: string; visitor?: string }>('POST', '/api/buyer/prove', { order_no, phone_tail })
  opening = (order: number) => this.call<Opening>('GET', `/api/buyer/cases/opening?order=${order}`)
  judged = (order: number, kind: string, reason: string) =>
    this.call<{ explain: { zh: string; en: string } }>(
      'GET',
      `/api/buyer/cases/judgement?order=${order}&kind=${kind}&reason=${reason}`,
    )
  cases = () => this.call<{ items: CaseRow[] }>('GET', '/api/buyer/cases')
  apply = (body: Record<string, unknown>) => this.call<CaseDetail>('POST', '/api/buyer/cases/return', body)
  accounts = () => this.call<AskedAccount[]>('GET', '/api/buyer/payout-accounts')
  tellAccount = (body: Record<string, unknown>) => this.call('POST', '/api/buyer/payout-accounts', body)
  vouchers = () => this.call<{ items: Lot[] }>('GET', '/api/buyer/vouchers')
  voucher = (id: number) => this.call<Lot>('GET', `/api/buyer/vouchers/${id}`)
  case = (flow: string, id: number) => this.call<CaseDetail>('GET', `/api/buyer/cases/${flow}/${id}`)
  move = (flow: string, id: number, verb: string, form: Record<string, unknown>) =>
    this.call<CaseDetail>('POST', `/api/buyer/cases/${flow}/${id}/${verb}`, form)
  queue = () => this.call<Place>('GET', '/api/buyer/queue')
  leave = (body: Record<string, unknown>) => this.call<OfflineLeft>('POST', '/api/buyer/offline-message', body)
  seen = () => this.call('POST', '/api/buyer/read', {})
  rate = (body: Record<string, unknown>) => this.call('POST', '/api/buyer/rating', body)

  /** XMLHttpRequest, because fetch does not say how much has gone. Rejects with Refused, or with Error when the line is dead. */
  upload(file: File, progress: (share: number) => void = () => undefined): Promise<Upload> {
    const form = new FormData()
    form.append('file', file)
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open('POST', `${this.base}/api/buyer/uploads`)
      for (const [name, value] of Object.entries(this.headers(false))) request.setRequestHeader(name, value)
      request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0)
      request.onerror = () => reject(new Error(t('offline')))
      request.onload = () => {
        let data: unknown = {}
        try {
          data = JSON.parse(request.responseText)
        } catch {
          // a proxy's page instead of an answer
        }
        if (request.status < 300) resolve(data as Upload)
        else reject(refusal(request.status, data))
      }
      request.send(form)
    })
  }

  absolute(url: string): string {
    return /^https?:/.test(url) ? url : this.base + url
  }
}

function refusal(status: number, data: unknown): Refused {
  const error = (data as { error?: { message?: string; code?: string; fields?: Record<string, string> } }).error ?? {}
  const fields = error.fields ?? {}
  const details = Object.values(fields)
  return new Refused(details[0] ?? error.message ?? t('wrong'), status, error.code ?? '', fields)
}
