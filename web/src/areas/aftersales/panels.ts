/** A flow's own part of the case page; it gets the case as `row` and says `changed` when it wrote something. */
import { defineAsyncComponent, type Component } from 'vue'

const PANELS: Record<string, Component> = {
  repair: defineAsyncComponent(() => import('../repair/RepairPanel.vue')),
  out_of_area: defineAsyncComponent(() => import('../repair/CourierPanel.vue')),
}

export const panelOf = (flow: string): Component | undefined => PANELS[flow]
