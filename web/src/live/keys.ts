/** Keyboard: one listener, a registry that the cheat sheet (?) and the command bar read, safe for Chinese input. */
import { onScopeDispose, shallowReactive } from 'vue'

export interface Key {
  /** "Alt+J", "Mod+K" (Ctrl or Command), "?" */
  key: string
  /** Key of its words. */
  label: string
  run(): void
  /** Works although the cursor stands in a text box. */
  typing?: boolean
  group?: string
}
export interface Command {
  id: string
  label: string
  hint?: string
  icon?: string
  run(): void
}

export const keys = shallowReactive(new Set<Key>())
export const commands = shallowReactive(new Set<Command>())
/** The command bar asks these for more answers to what is typed (orders, customers, cases …). */
export const finders = shallowReactive(new Set<(text: string, signal: AbortSignal) => Promise<Command[]>>())

const mac = typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform)

export function keyText(key: string): string[] {
  return key.split('+').map((part) => (part === 'Mod' ? (mac ? '⌘' : 'Ctrl') : part === 'Alt' && mac ? '⌥' : part))
}

export function pressed(event: KeyboardEvent, key: string): boolean {
  const parts = key.split('+')
  const name = parts.at(-1) ?? ''
  const mod = parts.includes('Mod')
  if (mod !== (mac ? event.metaKey : event.ctrlKey) || parts.includes('Alt') !== event.altKey) return false
  if (name.length === 1 && /[a-z]/i.test(name)) {
    return parts.includes('Shift') === event.shiftKey && event.code === `Key${name.toUpperCase()}`
  }
  return event.key === name
}

export function inTextBox(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

function handle(event: KeyboardEvent): void {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
  const typing = inTextBox(event.target)
  for (const one of [...keys].reverse()) {
    if (!pressed(event, one.key) || (typing && !one.typing)) continue
    event.preventDefault()
    one.run()
    return
  }
}
if (typeof window !== 'undefined') window.addEventListener('keydown', handle)

function during<T>(set: Set<T>, items: readonly T[]): void {
  items.forEach((one) => set.add(one))
  onScopeDispose(() => items.forEach((one) => set.delete(one)))
}
export const useKeys = (items: readonly Key[]): void => during(keys, items)
export const useCommands = (items: readonly Command[]): void => during(commands, items)
export const useFinder = (find: (text: string, signal: AbortSignal) => Promise<Command[]>): void =>
  during(finders, [find])
