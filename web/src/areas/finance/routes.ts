import { defineAsyncComponent } from 'vue'
import type { Area } from '@/nav'

const MONEY = ['money.refund', 'money.approve']

export default {
  routes: [
    {
      path: '/finance',
      name: 'finance',
      component: () => import('./FinancePage.vue'),
      meta: { title: 'nav.finance', perm: MONEY },
    },
    {
      path: '/compensations',
      name: 'compensations',
      component: () => import('./CompensationPage.vue'),
      meta: { title: 'nav.compensations', perm: ['aftersales.view'] },
    },
    {
      path: '/morning',
      name: 'morning',
      component: () => import('./MorningPage.vue'),
      meta: { title: 'nav.morning', perm: ['chat.assign'] },
    },
    {
      path: '/registers/:name([a-z_]+)?',
      name: 'registers',
      component: () => import('./RegistersPage.vue'),
      meta: { title: 'nav.registers', perm: ['aftersales.view'] },
    },
  ],
  nav: [
    { to: '/finance', label: 'nav.finance', icon: 'finance', section: 'money', order: 10, perm: MONEY },
    {
      to: '/compensations',
      label: 'nav.compensations',
      icon: 'compensations',
      section: 'money',
      order: 26,
      perm: ['aftersales.view'],
    },
    { to: '/morning', label: 'nav.morning', icon: 'morning', section: 'watch', order: 5, perm: ['chat.assign'] },
    {
      to: '/registers',
      label: 'nav.registers',
      icon: 'registers',
      section: 'watch',
      order: 30,
      perm: ['aftersales.view'],
    },
  ],
  shell: defineAsyncComponent(() => import('./MyReminders.vue')),
} satisfies Area
