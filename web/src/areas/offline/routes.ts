import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/offline',
      name: 'offline',
      component: () => import('./OfflinePage.vue'),
      meta: { title: 'nav.offline', perm: ['chat'] },
    },
  ],
  nav: [{ to: '/offline', label: 'nav.offline', icon: 'offline', section: 'serve', order: 15, perm: ['chat'] }],
} satisfies Area
