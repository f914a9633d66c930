import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/wall',
      name: 'wall',
      component: () => import('./WallPage.vue'),
      meta: { title: 'nav.wall', perm: ['chat.all'], full: true },
    },
  ],
  nav: [{ to: '/wall', label: 'nav.wall', icon: 'wall', section: 'watch', order: 5, perm: ['chat.all'] }],
} satisfies Area
