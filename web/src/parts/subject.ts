/** Where a journal subject such as "order:12" or "return:3" is shown. */
import type { RouteLocationRaw } from 'vue-router'

const PAGES: Record<string, (id: string) => string> = {
  order: (id) => `/orders/${id}`,
  conversation: (id) => `/workbench/${id}`,
  return: (id) => `/cases/return/${id}`,
  refund_only: (id) => `/cases/refund_only/${id}`,
  parcel: (id) => `/parcels/${id}`,
  shop: (id) => `/settings/shops/${id}`,
}

export function subjectPage(subject: string): RouteLocationRaw | null {
  const [kind = '', id = ''] = subject.split(':')
  return PAGES[kind] && /^\d+$/.test(id) ? PAGES[kind](id) : null
}
