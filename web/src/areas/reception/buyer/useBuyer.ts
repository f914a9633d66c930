/** Everything about the buyer of the open conversation; fetched once, refreshed when the journal speaks of her things. */
import { onScopeDispose, ref, watch } from 'vue'
import { may } from '@/live/session'
import { useJournal, useReset } from '@/live/stream'
import * as calls from './calls'
import type { Row } from '../types'
import type { CaseRow, Customer, Order } from './types'

export function useBuyer(row: () => Row | null) {
  const customer = ref<Customer | null>(null)
  const orders = ref<Order[]>([])
  const cases = ref<CaseRow[]>([])
  const history = ref<Row[]>([])
  const loading = ref(true)
  /** Grows when something of hers changed: open cards read themselves anew. */
  const version = ref(0)
  let waiting: ReturnType<typeof setTimeout> | undefined
  const key = () => (row() ? `${row()?.shop}:${row()?.customer.id}` : '')

  async function load(): Promise<void> {
    const mine = row()
    if (!mine) return
    const { shop } = mine
    const id = mine.customer.id
    const asked = key()
    const [who, bought, wants, before] = await Promise.allSettled([
      calls.customerOf(id),
      may('orders.view', shop) ? calls.ordersOf(shop, id) : Promise.resolve([]),
      may('aftersales.view', shop) ? calls.casesOf(shop, id) : Promise.resolve([]),
      calls.historyOf(shop, id),
    ])
    if (asked !== key()) return
    if (who.status === 'fulfilled') customer.value = who.value
    if (bought.status === 'fulfilled') orders.value = bought.value
    if (wants.status === 'fulfilled') cases.value = wants.value
    if (before.status === 'fulfilled') history.value = before.value.filter((one) => one.id !== mine.id)
    loading.value = false
    version.value += 1
  }
  watch(
    key,
    () => {
      customer.value = null
      orders.value = []
      cases.value = []
      history.value = []
      loading.value = true
      void load()
    },
    { immediate: true },
  )
  function soon(): void {
    clearTimeout(waiting)
    waiting = setTimeout(() => void load(), 250)
  }
  useJournal({}, (event) => {
    if (!row() || event.shop !== row()?.shop) return
    const known =
      event.subject === `customer:${row()?.customer.id}` ||
      orders.value.some((one) => event.subject === `order:${one.id}`) ||
      cases.value.some((one) => event.subject === `${one.flow}:${one.id}`)
    const opened = event.area === 'aftersales' && event.kind.endsWith('.opened')
    if (known || opened || event.kind === 'order.imported') soon()
  })
  useReset(soon)
  onScopeDispose(() => clearTimeout(waiting))
  return { customer, orders, cases, history, loading, version, load }
}
