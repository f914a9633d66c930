import type { Area } from '@/nav'

const perm = ['chat.assign', 'chat.all']

export default {
  routes: [
    {
      path: '/settings/routing',
      name: 'routing',
      component: () => import('./RoutingPage.vue'),
      meta: { title: 'routing.title', perm },
    },
  ],
  nav: [{ to: '/settings/routing', label: 'routing.title', icon: 'routing', section: 'settings', order: 35, perm }],
} satisfies Area
