import type { Area } from '@/nav'

export default {
  routes: [{ path: '/rules', name: 'rules', component: () => import('./RulesPage.vue'), meta: { title: 'nav.rules' } }],
  nav: [{ to: '/rules', label: 'nav.rules', icon: 'rules', section: 'goods', order: 60 }],
} satisfies Area
