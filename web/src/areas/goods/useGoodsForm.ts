/** The form of a goods: what stands in it, the names it may choose from, and saving it. */
import { computed, reactive, ref } from 'vue'
import { api, ApiError, type Page } from '@/api/client'
import { session } from '@/live/session'
import { done, fail } from '@/parts/notify'
import type { Freight, Goods, Table } from './types'

export interface SkuForm {
  code: string
  colour: string
  size: string
  price_fen: number | null
  /** Stands in the shop already: its code is how the warehouse knows it. */
  known: boolean
}
interface PutResult {
  results: { goods: number | null; reasons: string[] }[]
}

export function useGoodsForm(goods: Goods | null) {
  const shops = computed(() => (session.viewer?.shops ?? []).filter((one) => one.perms.includes('goods.edit')))
  const form = reactive({
    shop: goods?.shop ?? shops.value.find((one) => one.id === session.shop)?.id ?? shops.value[0]?.id ?? 0,
    code: goods?.code ?? '',
    title: goods?.title ?? '',
    group: goods?.group ?? '',
    category: goods?.category ?? 'clothing',
    brand: goods?.brand ?? '',
    material: goods?.material ?? '',
    style: goods?.style ?? '',
    care: goods?.care ?? '',
    model_note: goods?.model_note ?? '',
    weight_g: goods?.weight_g ?? 0,
    points: [...(goods?.points ?? [])],
    features: [...(goods?.features ?? [])],
    advantages: [...(goods?.advantages ?? [])],
    pictures: [...(goods?.pictures ?? [])],
    seckill: goods?.seckill ?? false,
    special_price: goods?.special_price ?? false,
    large_item: goods?.large_item ?? false,
    no_reason_excluded: goods?.no_reason_excluded ?? false,
    on_sale: goods?.on_sale ?? true,
    presale_at: goods?.presale_at ? new Date(goods.presale_at) : (null as Date | null),
    size_table: goods?.own_table ? (goods.size_table?.name ?? '') : '',
    freight: goods?.freight_template ?? '',
    skus: (goods?.looks ?? []).map((one): SkuForm => ({
      code: one.code,
      colour: one.colour,
      size: one.size,
      price_fen: one.price_fen,
      known: true,
    })),
  })
  const tables = ref<string[]>([])
  const templates = ref<string[]>([])
  const problems = ref<string[]>([])
  const busy = ref(false)

  async function choices(): Promise<void> {
    try {
      const [sizes, freights] = await Promise.all([
        api.get<Page<Table>>('/api/size-tables', { shop: form.shop }),
        api.get<Page<Freight>>('/api/freight-templates', { shop: form.shop }),
      ])
      tables.value = sizes.items.map((one) => one.name)
      templates.value = freights.items.map((one) => one.name)
    } catch (error) {
      fail(error)
    }
  }
  const lines = (texts: string[]) => texts.map((one) => one.trim()).filter(Boolean)
  function body() {
    const { shop: _, code: __, presale_at, skus, ...rest } = form
    return {
      ...rest,
      size_table: form.size_table ?? '',
      freight: form.freight ?? '',
      group: form.group ?? '',
      points: lines(form.points),
      features: lines(form.features),
      advantages: lines(form.advantages),
      pictures: lines(form.pictures),
      presale_at: presale_at?.toISOString() ?? null,
      presale_over: presale_at === null,
      skus: skus.map(({ known: _known, ...sku }) => sku),
    }
  }
  /** The id of what was written; 0 when it was refused, with the reasons in `problems`. */
  async function save(): Promise<number> {
    busy.value = true
    problems.value = []
    try {
      if (goods) await api.patch(`/api/goods/${goods.id}`, body())
      const put = goods
        ? null
        : await api.post<PutResult>('/api/goods', { shop: form.shop, items: [{ ...body(), code: form.code }] })
      const one = put?.results[0]
      if (one && !one.goods) {
        problems.value = one.reasons
        return 0
      }
      done()
      return goods?.id ?? one?.goods ?? 0
    } catch (error) {
      if (error instanceof ApiError && error.status === 422)
        problems.value = Object.keys(error.fields).length ? Object.values(error.fields) : [error.message]
      else fail(error)
      return 0
    } finally {
      busy.value = false
    }
  }
  return { form, shops, tables, templates, problems, busy, choices, save }
}
