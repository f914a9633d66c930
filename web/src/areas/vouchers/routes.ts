import type { Area } from '@/nav'

const VIEW = ['aftersales.view']

export default {
  routes: [
    {
      path: '/vouchers',
      name: 'vouchers',
      component: () => import('./VouchersPage.vue'),
      meta: { title: 'nav.vouchers', perm: VIEW },
    },
  ],
  nav: [{ to: '/vouchers', label: 'nav.vouchers', icon: 'vouchers', section: 'money', order: 36, perm: VIEW }],
} satisfies Area
