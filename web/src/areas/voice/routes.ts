import { defineAsyncComponent } from 'vue'
import type { Area } from '@/nav'

const WATCHES = ['chat.all', 'chat.assign'] as const

export default {
  routes: [
    {
      path: '/calls',
      name: 'calls',
      component: () => import('./CallsPage.vue'),
      meta: { title: 'nav.calls', perm: ['chat', 'chat.all'] },
    },
    {
      path: '/call-figures',
      name: 'call-figures',
      component: () => import('./FiguresPage.vue'),
      meta: { title: 'nav.callFigures', perm: WATCHES },
    },
  ],
  nav: [
    { to: '/calls', label: 'nav.calls', icon: 'voice', section: 'serve', order: 30, perm: ['chat', 'chat.all'] },
    { to: '/call-figures', label: 'nav.callFigures', icon: 'performance', section: 'watch', order: 40, perm: WATCHES },
  ],
  shell: defineAsyncComponent(() => import('./ScreenPop.vue')),
} satisfies Area
