/** Where a journal subject such as "order:12" or "return:3" is shown. */
import type { RouteLocationRaw } from 'vue-router'

const PAGES: Record<string, (id: string) => string> = {
  order: (id) => `/orders/${id}`,
  conversation: (id) => `/workbench/${id}`,
  return: (id) => `/cases/return/${id}`,
  ...Object.fromEntries(
    [
      'refund_only',
      'exchange',
      'wrong_shipment',
      'price_difference',
      'compensation',
      'out_of_area',
      'parcel_trouble',
      'repair',
      'voucher_refund',
    ].map((flow) => [flow, (id: string) => `/cases/${flow}/${id}`]),
  ),
  payout: () => '/finance',
  reversal: () => '/finance',
  payout_batch: () => '/finance',
  payout_file: () => '/finance',
  reminder: () => '/morning',
  review: (id) => `/reviews/${id}`,
  dispute: (id) => `/disputes/${id}`,
  complaint: (id) => `/complaints/${id}`,
  care_call: (id) => `/care-calls?open=${id}`,
  parcel: (id) => `/parcels/${id}`,
  shop: (id) => `/settings/shops/${id}`,
}

export function subjectPage(subject: string): RouteLocationRaw | null {
  const [kind = '', id = ''] = subject.split(':')
  return PAGES[kind] && /^\d+$/.test(id) ? PAGES[kind](id) : null
}
