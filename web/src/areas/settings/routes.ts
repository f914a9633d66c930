import type { Area } from '@/nav'

const perm = { shop: ['shop.edit'], staff: ['staff.edit'], token: ['token.edit'] }

export default {
  routes: [
    {
      path: '/settings/shops',
      name: 'shops',
      component: () => import('./ShopsPage.vue'),
      meta: { title: 'nav.shops', perm: perm.shop },
    },
    {
      path: '/settings/shops/:id(\\d+|new)',
      name: 'shop',
      component: () => import('./ShopPage.vue'),
      meta: { title: 'nav.shops' },
    },
    {
      path: '/settings/staff',
      name: 'staff',
      component: () => import('./StaffPage.vue'),
      meta: { title: 'nav.staff', perm: perm.staff },
    },
    {
      path: '/settings/teams',
      name: 'teams',
      component: () => import('./TeamsPage.vue'),
      meta: { title: 'nav.teams', perm: perm.staff },
    },
    {
      path: '/settings/tokens',
      name: 'tokens',
      component: () => import('./TokensPage.vue'),
      meta: { title: 'nav.tokens', perm: perm.token },
    },
  ],
  nav: [
    { to: '/settings/shops', label: 'nav.shops', icon: 'shops', section: 'settings', order: 10, perm: perm.shop },
    { to: '/settings/staff', label: 'nav.staff', icon: 'people', section: 'settings', order: 20, perm: perm.staff },
    { to: '/settings/teams', label: 'nav.teams', icon: 'teams', section: 'settings', order: 30, perm: perm.staff },
    { to: '/settings/tokens', label: 'nav.tokens', icon: 'tokens', section: 'settings', order: 40, perm: perm.token },
  ],
} satisfies Area
