/** Every area brings its own routes and its places in the rail: areas/<area>/routes.ts, collected here. */
import { computed } from 'vue'
import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import { may } from '@/live/session'

export const SECTIONS = ['serve', 'orders', 'aftersales', 'money', 'goods', 'watch', 'settings'] as const
export type Section = (typeof SECTIONS)[number]

export interface NavItem {
  /** Where it leads. */
  to: string
  /** Key of its words. */
  label: string
  /** A name in parts/icons.ts. */
  icon: string
  section: Section
  /** Place in its section; the first of a section may stand in the phone's tab bar. */
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

/** The same, one group for each trade. */
export const groups = computed(() =>
  SECTIONS.map((name) => ({ name, items: navigation.value.filter((item) => item.section === name) })).filter(
    (group) => group.items.length,
  ),
)

/** Where each trade's day begins: an agent at her talks, the clerk at the printer, finance at what is to be paid. */
const HOMES = ['/workbench', '/print', '/finance']
export const home = computed(
  () => HOMES.map((to) => navigation.value.find((item) => item.to === to)).find(Boolean) ?? navigation.value[0],
)

/** The phone's four: her home, then the first place of every trade. */
export const firstPlaces = computed(() => {
  const places = [home.value, ...groups.value.map((group) => group.items[0]), ...navigation.value]
  return [...new Set(places.filter((item) => item !== undefined))].slice(0, 4)
})
