import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/knowledge',
      name: 'knowledge',
      component: () => import('./KnowledgePage.vue'),
      meta: { title: 'nav.knowledge' },
    },
    {
      path: '/knowledge/new',
      name: 'knowledge-new',
      component: () => import('./EditPage.vue'),
      meta: { title: 'knowledge.new', perm: ['knowledge.write'] },
    },
    {
      path: '/knowledge/a/:key',
      name: 'knowledge-key',
      component: () => import('./ArticlePage.vue'),
      meta: { title: 'nav.knowledge' },
    },
    {
      path: '/knowledge/:id(\\d+)',
      name: 'knowledge-article',
      component: () => import('./ArticlePage.vue'),
      meta: { title: 'nav.knowledge' },
    },
    {
      path: '/knowledge/:id(\\d+)/edit',
      name: 'knowledge-edit',
      component: () => import('./EditPage.vue'),
      meta: { title: 'knowledge.edit', perm: ['knowledge.write'] },
    },
  ],
  nav: [{ to: '/knowledge', label: 'nav.knowledge', icon: 'knowledge', section: 'goods', order: 5 }],
} satisfies Area
