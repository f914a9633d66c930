import type { Area } from '@/nav'

const perm = ['aftersales.view'] as const

export default {
  routes: [
    {
      path: '/complaints',
      name: 'complaints',
      component: () => import('./ComplaintsPage.vue'),
      meta: { title: 'nav.complaints', perm },
    },
    {
      path: '/complaints/figures',
      name: 'complaint-figures',
      component: () => import('./ComplaintFigures.vue'),
      meta: { title: 'nav.complaintFigures', perm },
    },
    {
      path: '/complaints/contacts',
      name: 'complaint-contacts',
      component: () => import('./ContactsPage.vue'),
      meta: { title: 'nav.complaintContacts', perm },
    },
    {
      path: '/complaints/:id(\\d+)',
      name: 'complaint',
      component: () => import('./ComplaintPage.vue'),
      meta: { title: 'nav.complaints', perm },
    },
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
    { to: '/complaints', label: 'nav.complaints', icon: 'complaintSheets', section: 'aftersales', order: 45, perm },
    { to: '/reviews', label: 'nav.reviews', icon: 'reviews', section: 'aftersales', order: 44, perm },
    { to: '/disputes', label: 'nav.disputes', icon: 'complaints', section: 'aftersales', order: 46, perm },
  ],
} satisfies Area
