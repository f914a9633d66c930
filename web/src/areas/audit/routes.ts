import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/journal',
      name: 'journal',
      component: () => import('./AuditPage.vue'),
      meta: { title: 'nav.audit', perm: ['journal.view'] },
    },
  ],
  nav: [{ to: '/journal', label: 'nav.audit', icon: 'journal', section: 'watch', order: 20, perm: ['journal.view'] }],
} satisfies Area
