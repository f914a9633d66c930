/** One door to the server: CSRF header, query strings, and every failure as a typed ApiError. */
import { currentLanguage, t } from '@/i18n'

export interface Page<T> {
  items: T[]
  next: string | null
}

type Scalar = string | number | boolean | null | undefined
export type Query = Record<string, Scalar | readonly Scalar[]>
export interface Options {
  query?: Query
  signal?: AbortSignal
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Record<string, string> = {},
    readonly current: unknown = null,
    readonly body: unknown = null,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

let csrf = ''
const signedOut = new Set<() => void>()

export function setCsrf(token: string): void {
  csrf = token
}

/** Called when the server says that nobody is signed in (401 on anything but the session itself). */
export function onSignedOut(handler: () => void): void {
  signedOut.add(handler)
}

function csrfToken(): string {
  const cookie = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1]
  return cookie ? decodeURIComponent(cookie) : csrf
}

export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') params.append(key, String(one))
    }
  }
  const text = params.toString()
  return text ? `${path}?${text}` : path
}

export function errorFrom(status: number, body: unknown): ApiError {
  const error = (body as { error?: Record<string, unknown> } | null)?.error
  if (error && typeof error === 'object') {
    return new ApiError(
      status,
      String(error.code ?? status),
      String(error.message ?? t('error.unknown')),
      (error.fields as Record<string, string> | null) ?? {},
      error.current ?? null,
      body,
    )
  }
  const key = status >= 500 ? 'error.server' : status === 404 ? 'error.missing' : 'error.unknown'
  return new ApiError(status, String(status), t(key, { status }), {}, null, body)
}

async function parse(response: Response): Promise<unknown> {
  if (response.status === 204) return null
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('application/') && !type.includes('json')) return response.blob()
  if (!type.includes('json')) return response.text()
  return response.json().catch((cause: Error) => {
    if (!response.ok) return null // an error page of something between us and the server
    if (cause.name === 'AbortError') throw cause
    throw new ApiError(0, 'offline', t('error.offline')) // the line broke within the answer
  })
}

async function send<T>(method: string, path: string, data: unknown, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': currentLanguage() }
  let body: BodyInit | undefined
  if (data instanceof FormData) body = data
  else if (data !== undefined) {
    headers['Content-Type'] = 'application/json'
    body = JSON.stringify(data)
  }
  if (method !== 'GET') headers['X-CSRFToken'] = csrfToken()
  let response: Response
  try {
    response = await fetch(withQuery(path, options.query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (cause) {
    if ((cause as Error).name === 'AbortError') throw cause
    throw new ApiError(0, 'offline', t('error.offline'))
  }
  const answer = await parse(response)
  if (response.ok) return answer as T
  if (response.status === 401 && !path.startsWith('/api/session')) signedOut.forEach((handler) => handler())
  throw errorFrom(response.status, answer)
}

/** A file with its progress: `fetch` does not say how much has gone. */
function upload<T>(path: string, form: FormData, progress: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.setRequestHeader('Accept-Language', currentLanguage())
    request.setRequestHeader('X-CSRFToken', csrfToken())
    request.responseType = 'json'
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onerror = () => reject(new ApiError(0, 'offline', t('error.offline')))
    request.onload = () => {
      if (request.status < 300) return resolve(request.response as T)
      if (request.status === 401) signedOut.forEach((handler) => handler())
      reject(errorFrom(request.status, request.response))
    }
    request.send(form)
  })
}

export const api = {
  upload,
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    send<T>('GET', path, undefined, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) }),
  post: <T>(path: string, data: unknown = {}, options?: Options) => send<T>('POST', path, data, options),
  patch: <T>(path: string, data: unknown, options?: Options) => send<T>('PATCH', path, data, options),
  put: <T>(path: string, data: unknown, options?: Options) => send<T>('PUT', path, data, options),
  delete: <T>(path: string, options?: Options) => send<T>('DELETE', path, undefined, options),
}

/** Some lists answer `{items, next}`, small ones a bare array: read both the same way. */
export function pageOf<T>(answer: Page<T> | T[] | Record<string, unknown>): Page<T> {
  if (Array.isArray(answer)) return { items: answer, next: null }
  if (Array.isArray((answer as Page<T>).items))
    return { items: (answer as Page<T>).items, next: (answer as Page<T>).next ?? null }
  const first = Object.values(answer).find(Array.isArray)
  return { items: (first ?? []) as T[], next: null }
}
