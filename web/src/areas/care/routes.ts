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
    {
      path: '/care-calls',
      name: 'care-calls',
      component: () => import('./CareCallsPage.vue'),
      meta: { title: 'nav.careCalls', perm },
    },
    {
      path: '/care-calls/figures',
      name: 'care-figures',
      component: () => import('./CareFigures.vue'),
      meta: { title: 'nav.careFigures', perm },
    },
  ],
  nav: [
    { to: '/care-calls', label: 'nav.careCalls', icon: 'careCalls', section: 'aftersales', order: 49, perm },
    { to: '/order-watch', label: 'nav.orderWatch', icon: 'care', section: 'aftersales', order: 48, perm },
  ],
} satisfies Area
