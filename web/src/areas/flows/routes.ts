import type { Area } from '@/nav'

export default {
  routes: [
    { path: '/flows/:name?', name: 'flows', component: () => import('./FlowsPage.vue'), meta: { title: 'nav.flows' } },
  ],
  nav: [{ to: '/flows', label: 'nav.flows', icon: 'flows', section: 'goods', order: 70 }],
} satisfies Area
