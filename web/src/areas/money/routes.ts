import type { Area } from '@/nav'

const INVOICES = ['invoices', 'orders.remark']
const TRANSFERS = ['money.refund', 'orders.remark']
const COD = ['orders.remark']

export default {
  routes: [
    {
      path: '/invoices',
      name: 'invoices',
      component: () => import('./invoices.vue'),
      meta: { title: 'nav.invoices', perm: INVOICES },
    },
    {
      path: '/transfers',
      name: 'transfers',
      component: () => import('./transfers.vue'),
      meta: { title: 'nav.transfers', perm: TRANSFERS },
    },
    { path: '/cod', name: 'cod', component: () => import('./cod.vue'), meta: { title: 'nav.cod', perm: COD } },
  ],
  nav: [
    { to: '/invoices', label: 'nav.invoices', icon: 'invoices', section: 'money', order: 42, perm: INVOICES },
    { to: '/transfers', label: 'nav.transfers', icon: 'transfers', section: 'money', order: 44, perm: TRANSFERS },
    { to: '/cod', label: 'nav.cod', icon: 'cod', section: 'money', order: 46, perm: COD },
  ],
} satisfies Area
