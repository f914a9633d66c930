import type { Area } from '@/nav'

const SEES = ['chat', 'chat.all', 'orders.view', 'customers.edit']

export default {
  routes: [
    {
      path: '/customers',
      name: 'customers',
      component: () => import('./index.vue'),
      meta: { title: 'nav.customers', perm: SEES },
    },
    {
      path: '/customers/:id(\\d+)',
      name: 'customer',
      component: () => import('./CustomerPage.vue'),
      meta: { title: 'nav.customers', perm: SEES },
    },
    {
      path: '/feedback',
      name: 'feedback',
      component: () => import('./FeedbackPage.vue'),
      meta: { title: 'nav.feedback', perm: ['chat', 'chat.all'] },
    },
  ],
  nav: [
    { to: '/customers', label: 'nav.customers', icon: 'customers', section: 'serve', order: 40, perm: SEES },
    {
      to: '/feedback',
      label: 'nav.feedback',
      icon: 'feedback',
      section: 'watch',
      order: 35,
      perm: ['chat', 'chat.all'],
    },
  ],
} satisfies Area
