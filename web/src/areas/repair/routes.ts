import type { Area } from '@/nav'

const VIEW = ['aftersales.view']
const meta = { title: 'nav.repair', perm: VIEW }

export default {
  routes: [
    { path: '/repair', name: 'repair', component: () => import('./RepairsPage.vue'), meta },
    { path: '/repair/parts', name: 'repair-parts', component: () => import('./PartsPage.vue'), meta },
    { path: '/repair/warranties', name: 'repair-warranties', component: () => import('./WarrantyPage.vue'), meta },
    { path: '/repair/standards', name: 'repair-standards', component: () => import('./StandardsPage.vue'), meta },
    { path: '/repair/statistics', name: 'repair-statistics', component: () => import('./FaultsPage.vue'), meta },
  ],
  nav: [{ to: '/repair', label: 'nav.repair', icon: 'repair', section: 'aftersales', order: 34, perm: VIEW }],
} satisfies Area
