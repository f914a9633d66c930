/** Light, dark, or as the machine wishes. The first paint is done by public/assets/theme.js. */
import { readonly, ref } from 'vue'

export type Theme = 'auto' | 'light' | 'dark'
const KEY = 'xiaoer.theme'
const wished = ref<Theme>((localStorage.getItem(KEY) as Theme | null) ?? 'auto')
const machine = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null
const dark = ref(false)

function paint(): void {
  dark.value = wished.value === 'dark' || (wished.value === 'auto' && (machine?.matches ?? false))
  document.documentElement.classList.toggle('dark', dark.value)
}
machine?.addEventListener('change', paint)
paint()

export const theme = readonly(wished)
export const isDark = readonly(dark)
export function setTheme(next: Theme): void {
  wished.value = next
  localStorage.setItem(KEY, next)
  paint()
}
