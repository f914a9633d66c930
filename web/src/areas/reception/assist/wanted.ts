/** A case that a guided solution asks for: the buyer's panel opens its form filled in. */
import { ref } from 'vue'

export interface Wanted {
  kind: string
  reason: string
  note: string
}
export const wanted = ref<Wanted | null>(null)
