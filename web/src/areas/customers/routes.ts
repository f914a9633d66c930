import type { Area } from '@/nav'

const SEES = ['chat', 'chat.all', 'orders.view', 'customers.edit']

export default {
  routes: [
    {
      path: '/customers',
      name: 'customers',
      component: () => import('./index.vue'),
      meta: { title: 'nav.customers', perm: SEES },
    },
    {
      path: '/customers/:id(\\d+)',
      name: 'customer',
      component: () => import('./CustomerPage.vue'),
      meta: { title: 'nav.customers', perm: SEES },
    },
  ],
  nav: [{ to: '/customers', label: 'nav.customers', icon: 'customers', section: 'trade', order: 15, perm: SEES }],
} satisfies Area
