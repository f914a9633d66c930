/** Every area brings its own routes and its places in the rail: areas/<area>/routes.ts, collected here. */
import { computed } from 'vue'
import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import { may } from '@/live/session'

export type Section = 'serve' | 'trade' | 'watch' | 'settings'
export const SECTIONS: readonly Section[] = ['serve', 'trade', 'watch', 'settings']

export interface NavItem {
  /** Where it leads. */
  to: string
  /** Key of its words. */
  label: string
  /** A name in parts/icons.ts. */
  icon: string
  section: Section
  /** Place in its section; the four lowest of all stand in the phone's tab bar. */
  order: number
  /** Any of these permissions; none means everybody. */
  perm?: readonly string[]
}
export interface Area {
  routes: RouteRecordRaw[]
  nav?: readonly NavItem[]
  /** Stands on every page behind the sign-in: a call that rings, for example. */
  shell?: Component
}

const found = import.meta.glob<Area>('./areas/*/routes.ts', { eager: true, import: 'default' })
export const areas: readonly Area[] = Object.values(found)

const all = areas
  .flatMap((area) => area.nav ?? [])
  .sort((a, b) => SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section) || a.order - b.order)

/** What this viewer may go to. */
export const navigation = computed(() => all.filter((item) => !item.perm || may(item.perm)))
