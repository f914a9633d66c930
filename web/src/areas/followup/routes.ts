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
    { to: '/followup', label: 'followup.title', icon: 'followup', section: 'trade', order: 12, perm: ['orders.view'] },
    { to: '/unpaid', label: 'followup.unpaid.title', icon: 'unpaid', section: 'trade', order: 14, perm: ['chat'] },
  ],
} satisfies Area
