import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/cases',
      name: 'cases',
      component: () => import('./index.vue'),
      meta: { title: 'nav.cases', perm: ['aftersales.view'] },
    },
    {
      path: '/cases/:flow([a-z_]+)/:id(\\d+)',
      name: 'case',
      component: () => import('./CasePage.vue'),
      meta: { title: 'nav.cases', perm: ['aftersales.view'] },
    },
    {
      path: '/dock',
      name: 'dock',
      component: () => import('./dock.vue'),
      meta: { title: 'nav.dock', perm: ['warehouse.receive'] },
    },
    {
      path: '/refunds',
      name: 'refunds',
      component: () => import('./refunds.vue'),
      meta: { title: 'nav.refunds', perm: ['money.refund'] },
    },
  ],
  nav: [
    {
      to: '/cases',
      label: 'nav.cases',
      icon: 'aftersales',
      section: 'aftersales',
      order: 20,
      perm: ['aftersales.view'],
    },
    { to: '/dock', label: 'nav.dock', icon: 'dock', section: 'aftersales', order: 30, perm: ['warehouse.receive'] },
  ],
} satisfies Area
