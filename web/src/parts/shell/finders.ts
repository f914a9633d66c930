/** What the command bar finds besides pages: orders, buyers, cases, what was said, goods, articles. */
import { router } from '@/router'
import { api } from '@/api/client'
import { may, session } from '@/live/session'
import type { Command } from '@/live/keys'
import { t } from '@/i18n'

interface Found {
  items: never[]
}
interface Finder {
  path: string
  icon: string
  perm?: readonly string[]
  ask?: Record<string, string | number>
  show(row: never): { key: string | number; text: string; hint: string; to: string }
}
const FEW = 4
const FINDERS: readonly Finder[] = [
  {
    path: '/api/orders',
    icon: 'orders',
    perm: ['orders.view'],
    show: (row: { id: number; order_no: string; customer: { nick: string }; status_label: string }) => ({
      key: row.id,
      text: `${row.order_no} · ${row.customer.nick}`,
      hint: row.status_label,
      to: `/orders/${row.id}`,
    }),
  },
  {
    path: '/api/customers',
    icon: 'customers',
    perm: ['chat', 'chat.all', 'orders.view'],
    show: (row: { id: number; name: string; nick: string }) => ({
      key: row.id,
      text: row.name && row.name !== row.nick ? `${row.name} · ${row.nick}` : row.nick,
      hint: t('nav.customers'),
      to: `/customers/${row.id}`,
    }),
  },
  {
    path: '/api/cases',
    icon: 'aftersales',
    perm: ['aftersales.view'],
    ask: { desk: 'all' },
    show: (row: { id: number; flow: string; number: string; flow_label: string; state_label: string }) => ({
      key: `${row.flow}${row.id}`,
      text: `${row.number} · ${row.flow_label}`,
      hint: row.state_label,
      to: `/cases/${row.flow}/${row.id}`,
    }),
  },
  {
    path: '/api/messages/search',
    icon: 'reception',
    perm: ['chat', 'chat.all'],
    show: (row: { message: number; conversation: number; customer: { name: string }; text: string }) => ({
      key: row.message,
      text: `${row.customer.name}：${row.text}`,
      hint: t('shell.said'),
      to: `/workbench/${row.conversation}`,
    }),
  },
  {
    path: '/api/goods',
    icon: 'goods',
    perm: ['orders.view'],
    show: (row: { id: number; title: string; code: string }) => ({
      key: row.id,
      text: row.title,
      hint: row.code || t('nav.goods'),
      to: `/goods/${row.id}`,
    }),
  },
  {
    path: '/api/knowledge/search',
    icon: 'knowledge',
    show: (row: { source: string; ref: number; title: string; kind_label: string; url: string }) => ({
      key: `${row.source}${row.ref}`,
      text: row.title,
      hint: row.kind_label,
      to: row.url,
    }),
  },
]

async function ask(one: Finder, text: string, signal: AbortSignal): Promise<Command[]> {
  const query = { q: text, shop: session.shop, limit: FEW, ...one.ask }
  const { items } = await api.get<Found>(one.path, query, signal)
  return items.slice(0, FEW).map((row) => {
    const { key, text: label, hint, to } = one.show(row)
    return { id: `${one.path}:${key}`, label, hint, icon: one.icon, run: () => void router.push(to) }
  })
}

/** Each asks what the viewer may see. */
export const thingFinders = FINDERS.map(
  (one) => (text: string, signal: AbortSignal) =>
    one.perm && !may(one.perm) ? Promise.resolve([]) : ask(one, text, signal),
)
