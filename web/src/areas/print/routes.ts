import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/print',
      name: 'print',
      component: () => import('./PrintPage.vue'),
      meta: { title: 'print.nav', perm: ['warehouse.print'] },
    },
  ],
  nav: [{ to: '/print', label: 'print.nav', icon: 'print', section: 'orders', order: 15, perm: ['warehouse.print'] }],
} satisfies Area
