import type { Area } from '@/nav'

const look = ['guard.view']
const ask = ['guard.view', 'chat']
const buyers = ['chat', 'chat.all', 'customers.edit']

export default {
  routes: [
    {
      path: '/settings/guard',
      name: 'guard-rules',
      component: () => import('./RulesPage.vue'),
      meta: { title: 'nav.guardRules', perm: look },
    },
    {
      path: '/guard-appeals',
      name: 'guard-appeals',
      component: () => import('./AppealsPage.vue'),
      meta: { title: 'nav.guardAppeals', perm: ask },
    },
    {
      path: '/guard-report',
      name: 'guard-report',
      component: () => import('./ReportPage.vue'),
      meta: { title: 'nav.guardReport', perm: look },
    },
    {
      path: '/special-customers',
      name: 'special-customers',
      component: () => import('./SpecialPage.vue'),
      meta: { title: 'nav.specialCustomers', perm: buyers },
    },
  ],
  nav: [
    { to: '/settings/guard', label: 'nav.guardRules', icon: 'guard', section: 'settings', order: 16, perm: look },
    { to: '/guard-appeals', label: 'nav.guardAppeals', icon: 'guardAppeals', section: 'watch', order: 41, perm: ask },
    { to: '/guard-report', label: 'nav.guardReport', icon: 'guardReport', section: 'watch', order: 42, perm: look },
    {
      to: '/special-customers',
      label: 'nav.specialCustomers',
      icon: 'specialCustomers',
      section: 'serve',
      order: 62,
      perm: buyers,
    },
  ],
} satisfies Area
