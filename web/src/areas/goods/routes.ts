import type { Area } from '@/nav'

const SEES = ['orders.view'] as const

export default {
  routes: [
    { path: '/goods', name: 'goods', component: () => import('./index.vue'), meta: { title: 'nav.goods', perm: SEES } },
    {
      path: '/goods/:id(\\d+)',
      name: 'goods-one',
      component: () => import('./GoodsPage.vue'),
      meta: { title: 'nav.goods', perm: SEES },
    },
    {
      path: '/stock',
      name: 'stock',
      component: () => import('./StockPage.vue'),
      meta: { title: 'nav.stock', perm: SEES },
    },
    {
      path: '/stock-questions',
      name: 'stock-questions',
      component: () => import('./QuestionsPage.vue'),
      meta: { title: 'nav.stockQuestions', perm: SEES },
    },
    {
      path: '/promotions',
      name: 'promotions',
      component: () => import('./PromotionsPage.vue'),
      meta: { title: 'nav.promotions', perm: SEES },
    },
  ],
  nav: [
    { to: '/goods', label: 'nav.goods', icon: 'goods', section: 'goods', order: 42, perm: SEES },
    { to: '/stock', label: 'nav.stock', icon: 'stock', section: 'goods', order: 44, perm: SEES },
    { to: '/stock-questions', label: 'nav.stockQuestions', icon: 'questions', section: 'goods', order: 45, perm: SEES },
    { to: '/promotions', label: 'nav.promotions', icon: 'promotions', section: 'goods', order: 46, perm: SEES },
  ],
} satisfies Area
