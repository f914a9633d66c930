/** The data of a list page: first page, next pages by cursor, quiet refresh on live events; the filters stand in the address. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { api, ApiError, pageOf, type Page, type Query } from '@/api/client'
import { useJournal, useReset } from '@/live/stream'
import { session } from '@/live/session'

export type Row = Record<string, unknown>
export interface ListSource {
  path: string
  /** Fixed parts of the query. */
  query?: Query
  /** Filter names that live in the address; their defaults. */
  filters?: Record<string, string>
  /** What tells rows apart: a field, or several (`['flow', 'id']`). */
  key?: string | readonly string[]
  /** Send the chosen shop as `shop`. */
  byShop?: boolean
  /** Journal areas or kinds (ending in a dot) that make the list refresh. */
  live?: readonly string[]
  limit?: number
}

export function useList<T extends Row>(source: () => ListSource) {
  const route = useRoute()
  const router = useRouter()
  const rows = shallowRef<T[]>([]) as Ref<T[]>
  const next = ref<string | null>(null)
  const loading = ref(true)
  const more = ref(false)
  const error = ref<ApiError | null>(null)
  let running: AbortController | undefined
  let waiting: ReturnType<typeof setTimeout> | undefined

  const keyOf = (row: T): string =>
    [source().key ?? 'id']
      .flat()
      .map((name) => row[name])
      .join(':')
  const filters = computed<Record<string, string>>(() =>
    Object.fromEntries(
      Object.entries(source().filters ?? {}).map(([name, initial]) => [name, String(route.query[name] ?? initial)]),
    ),
  )
  const query = computed<Query>(() => ({
    ...(source().byShop === false ? {} : { shop: session.shop }),
    ...source().query,
    ...filters.value,
    limit: source().limit ?? 50,
  }))

  async function load(quiet = false): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    if (!quiet) loading.value = true
    try {
      const page = pageOf<T>(await api.get<Page<T>>(source().path, query.value, mine.signal))
      const depth = quiet ? rows.value.length : 0
      if (depth > page.items.length && page.next) {
        const fresh = new Set(page.items.map(keyOf))
        rows.value = [...page.items, ...rows.value.slice(page.items.length).filter((row) => !fresh.has(keyOf(row)))]
      } else {
        rows.value = page.items
        next.value = page.next
      }
      error.value = null
    } catch (problem) {
      if ((problem as Error).name === 'AbortError') return
      if (!(problem instanceof ApiError)) throw problem
      if (!quiet) error.value = problem
    } finally {
      if (running === mine) loading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    if (!next.value || more.value || loading.value) return
    more.value = true
    const asked = JSON.stringify(query.value)
    try {
      const page = pageOf<T>(await api.get<Page<T>>(source().path, { ...query.value, cursor: next.value }))
      if (asked !== JSON.stringify(query.value)) return
      const known = new Set(rows.value.map(keyOf))
      rows.value = [...rows.value, ...page.items.filter((row) => !known.has(keyOf(row)))]
      next.value = page.next
    } catch (problem) {
      if (problem instanceof ApiError) error.value = problem
    } finally {
      more.value = false
    }
  }

  function setFilter(changes: Record<string, string | undefined>): void {
    const merged = { ...route.query, ...changes }
    const clean = Object.fromEntries(
      Object.entries(merged).filter(
        ([name, value]) => value !== undefined && value !== (source().filters?.[name] ?? ''),
      ),
    )
    void router.replace({ query: clean })
  }

  /** Many events in a row make one refresh. */
  function refreshSoon(): void {
    clearTimeout(waiting)
    waiting = setTimeout(() => void load(true), 300)
  }

  watch(
    () => JSON.stringify([source().path, query.value]),
    () => void load(),
    { immediate: true },
  )
  useJournal({}, (event) => {
    const wanted = source().live ?? []
    if (wanted.some((one) => (one.endsWith('.') ? event.kind.startsWith(one) : event.area === one))) refreshSoon()
  })
  useReset(() => void load(true))
  onScopeDispose(() => {
    running?.abort()
    clearTimeout(waiting)
  })
  return { rows, next, loading, more, error, filters, keyOf, load, loadMore, setFilter }
}
