/** Draws the elements of an article. Nothing is ever put in as HTML: what the server lists is made element by element. */
import { defineComponent, h, type PropType, type VNode } from 'vue'
import { RouterLink } from 'vue-router'
import type { MdNode } from './types'

const TAGS = new Set([
  'p', 'h2', 'h3', 'h4', 'ul', 'ol', 'li', 'blockquote', 'pre', 'thead', 'tbody', 'tr', 'th', 'td', 'hr', 'br', 'strong',
  'em', 's', 'code',
]) // prettier-ignore

function draw(node: MdNode): VNode | string {
  if (!node.t) return node.x ?? ''
  const kids = () => (node.c ?? []).map(draw)
  const at = node.a ?? {}
  if (node.t === 'a') return link(at.href ?? '', kids())
  if (node.t === 'img') return picture(at.src ?? '', at.alt ?? '')
  if (node.t === 'video') return film(at.href ?? '', kids())
  if (node.t === 'table') return h('div', { class: 'md-table' }, [h('table', kids())])
  if (!TAGS.has(node.t)) return h('span', kids())
  return h(node.t, at.start ? { start: at.start } : at.id ? { id: at.id } : {}, kids())
}

function link(href: string, kids: (VNode | string)[]): VNode {
  if (href.startsWith('article:')) {
    return h(RouterLink, { to: `/knowledge/a/${href.slice(8)}` }, { default: () => kids })
  }
  if (href.startsWith('upload:')) return h('a', { href: `/uploads/${href.slice(7)}`, target: '_blank' }, kids)
  if (/^(https?|mailto|tel):/.test(href)) return h('a', { href, target: '_blank', rel: 'noopener' }, kids)
  return h('span', kids)
}

function picture(src: string, alt: string): VNode | string {
  if (!src.startsWith('upload:')) return alt
  const at = `/uploads/${src.slice(7)}`
  return h('a', { href: at, target: '_blank', class: 'md-picture' }, [h('img', { src: at, alt, loading: 'lazy' })])
}

function film(href: string, kids: (VNode | string)[]): VNode {
  if (href.startsWith('upload:')) {
    return h('video', { src: `/uploads/${href.slice(7)}`, controls: true, preload: 'metadata', class: 'md-film' })
  }
  return h('a', { href, target: '_blank', rel: 'noopener', class: 'md-video' }, ['▶ ', ...kids])
}

export default defineComponent({
  props: { nodes: { type: Array as PropType<MdNode[]>, required: true } },
  setup: (props) => () => h('div', { class: 'md' }, props.nodes.map(draw)),
})
