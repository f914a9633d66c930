import type { Area } from '@/nav'

const perm = ['scripts.edit', 'chat']

export default {
  routes: [
    {
      path: '/settings/scripts',
      name: 'scripts',
      component: () => import('./ScriptsPage.vue'),
      meta: { title: 'nav.scripts', perm },
    },
  ],
  nav: [{ to: '/settings/scripts', label: 'nav.scripts', icon: 'scripts', section: 'settings', order: 15, perm }],
} satisfies Area
