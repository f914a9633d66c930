import type { Area } from '@/nav'

export default {
  routes: [
    {
      path: '/login',
      name: 'login',
      component: () => import('./Login.vue'),
      meta: { open: true, title: 'session.signIn' },
    },
    {
      path: '/invite/:token',
      name: 'invite',
      component: () => import('./Invite.vue'),
      meta: { open: true, title: 'session.invited' },
    },
  ],
} satisfies Area
