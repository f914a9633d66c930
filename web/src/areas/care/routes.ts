import type { Area } from '@/nav'

const perm = ['aftersales.view'] as const

export default {
  routes: [
    {
      path: '/order-watch',
      name: 'order-watch',
      component: () => import('./WatchPage.vue'),
      meta: { title: 'nav.orderWatch', perm },
    },
  ],
  nav: [{ to: '/order-watch', label: 'nav.orderWatch', icon: 'care', section: 'trade', order: 48, perm }],
} satisfies Area
