import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/followup',
      name: 'followup',
      component: () => import('./FollowPage.vue'),
      meta: { title: 'followup.title', perm: ['orders.view'] },
    },
    {
      path: '/unpaid',
      name: 'unpaid',
      component: () => import('./UnpaidPage.vue'),
      meta: { title: 'followup.unpaid.title', perm: ['orders.view'] },
    },
  ],
  nav: [
    { to: '/followup', label: 'followup.title', icon: 'followup', section: 'orders', order: 14, perm: ['orders.view'] },
    { to: '/unpaid', label: 'nav.unpaid', icon: 'unpaid', section: 'serve', order: 20, perm: ['chat'] },
  ],
} satisfies Area
