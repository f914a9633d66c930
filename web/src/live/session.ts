/** Who is signed in, which shop she looks at, and what she may do there. */
import { computed, reactive, readonly } from 'vue'
import { api, ApiError, onSignedOut, setCsrf } from '@/api/client'
import { asLang, currentLanguage, useLanguage, type Lang } from '@/i18n'
import { syncClock } from './clock'
import { closeStream, openStream, refetchAll } from './stream'

export interface ShopSeat {
  id: number
  slug: string
  name: string
  platform: string
  roles: string[]
  perms: string[]
}
export interface Viewer {
  id: number
  name: string
  username: string
  language: string
  shops: ShopSeat[]
  may_open_shop?: boolean
}
export interface SessionAnswer {
  viewer: Viewer
  csrf: string
  event: number
  now: string
  demo: boolean
}

const state = reactive({ viewer: null as Viewer | null, demo: false, known: false, shop: null as number | null })
const SHOP_KEY = 'xiaoer.shop'

export const session = readonly(state)
/** The shops the desk shows now: the chosen one, or all. */
export const shopsInView = computed<readonly ShopSeat[]>(() =>
  (state.viewer?.shops ?? []).filter((shop) => state.shop === null || shop.id === state.shop),
)

async function accept(answer: SessionAnswer, sentAt: number): Promise<void> {
  syncClock(answer.now, sentAt)
  setCsrf(answer.csrf)
  state.viewer = answer.viewer
  state.demo = answer.demo
  state.known = true
  const saved = Number(localStorage.getItem(SHOP_KEY)) || null
  const shops = answer.viewer.shops
  state.shop = shops.some((shop) => shop.id === saved) ? saved : shops.length === 1 ? (shops[0]?.id ?? null) : null
  const lang = asLang(answer.viewer.language)
  if (lang !== currentLanguage()) await useLanguage(lang)
  openStream(answer.viewer.id, answer.event)
}

function forget(): void {
  state.viewer = null
  state.known = true
  closeStream()
}

/** Ask once who is signed in; later calls answer from memory unless `again`. */
export async function loadSession(again = false): Promise<Viewer | null> {
  if (state.known && !again) return state.viewer
  const sentAt = Date.now()
  try {
    await accept(await api.get<SessionAnswer>('/api/session'), sentAt)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    forget()
  }
  return state.viewer
}

export async function signIn(username: string, password: string): Promise<void> {
  const lang = currentLanguage()
  const sentAt = Date.now()
  const answer = await api.post<SessionAnswer>('/api/session', { username, password })
  await accept(answer, sentAt)
  if (asLang(answer.viewer.language) !== lang) await changeLanguage(lang)
}

export async function signOut(): Promise<void> {
  await api.delete('/api/session')
  forget()
}

export async function changeLanguage(lang: Lang): Promise<void> {
  await useLanguage(lang)
  if (!state.viewer) return
  state.viewer.language = lang
  await api.patch('/api/session', { language: lang === 'en' ? 'en' : 'zh' })
  refetchAll()
}

export function chooseShop(id: number | null): void {
  state.shop = id
  localStorage.setItem(SHOP_KEY, id === null ? '' : String(id))
}

/** May she do this: in the given shop, or in any shop in view. Several permissions mean "any of them". */
export function may(perm: string | readonly string[], shop?: number | null): boolean {
  const wanted = Array.isArray(perm) ? (perm as readonly string[]) : [perm as string]
  const shops = shop == null ? shopsInView.value : (state.viewer?.shops ?? []).filter((one) => one.id === shop)
  return shops.some((one) => wanted.some((name) => one.perms.includes(name)))
}

/** The shop to create things in: the chosen one, else the first in which she may. */
export function shopFor(perm: string): ShopSeat | undefined {
  return shopsInView.value.find((shop) => shop.perms.includes(perm))
}

export function shopName(id: number | null | undefined): string {
  return state.viewer?.shops.find((shop) => shop.id === id)?.name ?? ''
}

onSignedOut(forget)
