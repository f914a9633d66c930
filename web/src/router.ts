/** Routes: public pages, and behind the sign-in the shell with every area's pages. */
import { createRouter, createWebHistory } from 'vue-router'
import { t, te } from '@/i18n'
import { loadSession, may, session } from '@/live/session'
import { areas, home } from '@/nav'

declare module 'vue-router' {
  interface RouteMeta {
    /** Reachable without signing in. */
    open?: boolean
    /** Any of these permissions. */
    perm?: readonly string[]
    /** Key of the words in the browser's title bar. */
    title?: string
    /** The page fills the window and scrolls inside itself. */
    full?: boolean
  }
}

const routes = areas.flatMap((area) => area.routes)

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...routes.filter((route) => route.meta?.open),
    {
      path: '/',
      component: () => import('@/parts/AppShell.vue'),
      children: [
        { path: '', name: 'home', redirect: () => home.value?.to ?? '/welcome' },
        { path: 'welcome', name: 'welcome', component: () => import('@/parts/shell/NoAccess.vue') },
        ...routes.filter((route) => !route.meta?.open),
        { path: ':rest(.*)*', name: 'missing', component: () => import('@/parts/shell/MissingPage.vue') },
      ],
    },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
})

router.beforeEach(async (to) => {
  const viewer = await loadSession().catch(() => null)
  if (to.meta.open) return to.name === 'login' && viewer ? { path: '/' } : true
  if (!viewer) return { name: 'login', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  if (to.meta.perm && !may(to.meta.perm) && session.viewer) return { name: 'welcome', query: { from: to.fullPath } }
  return true
})

router.afterEach((to) => {
  const title = to.meta.title
  document.title = title && te(title) ? `${t(title)} · ${t('app.name')}` : t('app.name')
})
