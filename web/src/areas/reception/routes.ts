import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/workbench/:id(\\d+)?',
      name: 'workbench',
      component: () => import('./index.vue'),
      meta: { title: 'nav.workbench', perm: ['chat', 'chat.all'], full: true },
    },
    {
      path: '/desk-watch',
      name: 'desk-watch',
      component: () => import('./life/WatchPage.vue'),
      meta: { title: 'life.watch.title', perm: ['chat.assign'], full: true },
    },
  ],
  nav: [
    {
      to: '/workbench',
      label: 'nav.workbench',
      icon: 'reception',
      section: 'serve',
      order: 10,
      perm: ['chat', 'chat.all'],
    },
  ],
} satisfies Area
