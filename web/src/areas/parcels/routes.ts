import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/parcels',
      name: 'parcels',
      component: () => import('./ParcelsPage.vue'),
      meta: { title: 'nav.parcels', perm: ['orders.view'] },
    },
    {
      path: '/parcels/:id(\\d+)',
      name: 'parcel',
      component: () => import('./ParcelPage.vue'),
      meta: { title: 'nav.parcels', perm: ['orders.view'] },
    },
    {
      path: '/parcels/late',
      name: 'late-orders',
      component: () => import('./LatePage.vue'),
      meta: { title: 'parcels.late.title', perm: ['orders.view'] },
    },
    {
      path: '/parcels/coverage',
      name: 'coverage',
      component: () => import('./CoveragePage.vue'),
      meta: { title: 'parcels.coverage.title', perm: ['orders.view'] },
    },
  ],
  nav: [{ to: '/parcels', label: 'nav.parcels', icon: 'parcels', section: 'orders', order: 30, perm: ['orders.view'] }],
} satisfies Area
