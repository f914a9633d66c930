/** Which call's record stands open, on whatever page. */
import { readonly, ref } from 'vue'

const current = ref<number | null>(null)
export const opened = readonly(current)
export function openCall(id: number | null): void {
  current.value = id
}
