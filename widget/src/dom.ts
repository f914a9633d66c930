// Building nodes. Text goes in as text nodes only, so nothing a person typed is ever read as markup.
export type Child = Node | string | number | null | undefined | false | Child[]
type Props = Record<string, unknown>

function add(parent: Node, child: Child): void {
  if (child === null || child === undefined || child === false) return
  if (Array.isArray(child)) child.forEach((one) => add(parent, one))
  else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)))
}

function set(element: Element, name: string, value: unknown): void {
  if (value === null || value === undefined || value === false) return
  if (name.startsWith('on') && typeof value === 'function') {
    element.addEventListener(name.slice(2), value as EventListener)
  } else if (name === 'value' || name === 'disabled' || name === 'checked') {
    ;(element as unknown as Props)[name] = value
  } else {
    element.setAttribute(name === 'cls' ? 'class' : name, value === true ? '' : String(value))
  }
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  add(element, children)
  for (const name of Object.keys(props)) set(element, name, props[name])
  return element
}

export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren()
  add(parent, children)
}

const PATHS: Record<string, string> = {
  chat: 'M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-8l-5 4v-4H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z',
  close: 'M6 6l12 12M18 6L6 18',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9h.01',
  send: 'M4 12l16-8-6 16-3-7z',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  clip: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.5 17a1.7 1.7 0 0 1-2.4-2.4L14.5 7',
  box: 'M3 7l9-4 9 4v10l-9 4-9-4zM3 7l9 4 9-4M12 11v10',
}

export function icon(name: string, size = 20): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  const attributes = {
    viewBox: '0 0 24 24',
    width: size,
    height: size,
    fill: 'none',
    stroke: 'currentColor',
    'aria-hidden': 'true',
  }
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, String(value))
  svg.setAttribute('stroke-width', '1.8')
  svg.setAttribute('stroke-linecap', 'round')
  svg.setAttribute('stroke-linejoin', 'round')
  const path = document.createElementNS(space, 'path')
  path.setAttribute('d', PATHS[name] ?? '')
  svg.appendChild(path)
  return svg
}
