import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/deadlines',
      name: 'deadlines',
      component: () => import('./DeadlinesPage.vue'),
      meta: { title: 'nav.deadlines', perm: ['deadlines.view'] },
    },
  ],
  nav: [
    {
      to: '/deadlines',
      label: 'nav.deadlines',
      icon: 'deadlines',
      section: 'watch',
      order: 10,
      perm: ['deadlines.view'],
    },
  ],
} satisfies Area
