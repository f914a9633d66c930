import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/orders',
      name: 'orders',
      component: () => import('./index.vue'),
      meta: { title: 'nav.orders', perm: ['orders.view'] },
    },
    {
      path: '/orders/:id(\\d+)',
      name: 'order',
      component: () => import('./OrderPage.vue'),
      meta: { title: 'nav.orders', perm: ['orders.view'] },
    },
    {
      path: '/order-service',
      name: 'order-service',
      component: () => import('./service/ServiceList.vue'),
      meta: { title: 'nav.orderService', perm: ['orders.view'] },
    },
    {
      path: '/imports/:id(\\d+)?',
      name: 'imports',
      component: () => import('./imports.vue'),
      meta: { title: 'nav.imports', perm: ['orders.import'] },
    },
  ],
  nav: [
    { to: '/orders', label: 'nav.orders', icon: 'orders', section: 'orders', order: 10, perm: ['orders.view'] },
    {
      to: '/order-service',
      label: 'nav.orderService',
      icon: 'service',
      section: 'orders',
      order: 12,
      perm: ['orders.view'],
    },
    { to: '/imports', label: 'nav.imports', icon: 'imports', section: 'orders', order: 50, perm: ['orders.import'] },
  ],
} satisfies Area
