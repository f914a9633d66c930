import type { Area } from '@/nav'

const perm = ['aftersales.view'] as const

export default {
  routes: [
    {
      path: '/reviews',
      name: 'reviews',
      component: () => import('./ReviewsPage.vue'),
      meta: { title: 'nav.reviews', perm },
    },
    {
      path: '/reviews/problems',
      name: 'review-problems',
      component: () => import('./ProblemsPage.vue'),
      meta: { title: 'nav.reviewProblems', perm },
    },
    {
      path: '/reviews/:id(\\d+)',
      name: 'review',
      component: () => import('./ReviewPage.vue'),
      meta: { title: 'nav.reviews', perm },
    },
    {
      path: '/disputes',
      name: 'disputes',
      component: () => import('./DisputesPage.vue'),
      meta: { title: 'nav.disputes', perm },
    },
    {
      path: '/disputes/learning',
      name: 'dispute-learning',
      component: () => import('./LearningPage.vue'),
      meta: { title: 'nav.disputeLearning', perm },
    },
    {
      path: '/disputes/:id(\\d+)',
      name: 'dispute',
      component: () => import('./DisputePage.vue'),
      meta: { title: 'nav.disputes', perm },
    },
  ],
  nav: [
    { to: '/reviews', label: 'nav.reviews', icon: 'reviews', section: 'trade', order: 44, perm },
    { to: '/disputes', label: 'nav.disputes', icon: 'complaints', section: 'trade', order: 46, perm },
  ],
} satisfies Area
