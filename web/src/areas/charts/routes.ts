import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/charts/:no([0-9.]+)?',
      name: 'charts',
      component: () => import('./ChartsPage.vue'),
      meta: { title: 'charts.nav' },
    },
  ],
  nav: [{ to: '/charts', label: 'charts.nav', icon: 'flows', section: 'aftersales', order: 90 }],
} satisfies Area
