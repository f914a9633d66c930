/** Pictures on their way into a message: shown at once, sent in the background, nine at most. */
import { computed, onScopeDispose, ref } from 'vue'
import { ApiError } from '@/api/client'
import { t } from '@/i18n'
import { fail } from '@/parts/notify'
import { upload } from '../calls'
import type { Attachment, Row } from '../types'

const MOST = 9
export interface Item {
  key: number
  url: string
  done: Attachment | null
}

export function usePictures(row: () => Row) {
  const items = ref<Item[]>([])
  let count = 0
  const done = computed(() => items.value.flatMap((one) => (one.done ? [one.done] : [])))
  const busy = computed(() => items.value.filter((one) => !one.done).length)

  async function add(files: Iterable<File>): Promise<void> {
    const fit = [...files].filter((one) => one.type.startsWith('image/'))
    if (items.value.length + fit.length > MOST)
      fail(new ApiError(422, 'many', t('reception.manyPictures', { n: MOST })))
    await Promise.all(fit.slice(0, MOST - items.value.length).map(sendOne))
  }
  async function sendOne(file: File): Promise<void> {
    const key = (count += 1)
    items.value.push({ key, url: URL.createObjectURL(file), done: null })
    try {
      const made = await upload(file, row().shop, row().id)
      const item = items.value.find((one) => one.key === key)
      if (item) item.done = made
    } catch (error) {
      remove(key)
      fail(error)
    }
  }
  function remove(key: number): void {
    const gone = items.value.find((one) => one.key === key)
    if (gone?.url.startsWith('blob:')) URL.revokeObjectURL(gone.url)
    items.value = items.value.filter((one) => one.key !== key)
  }
  function clear(): void {
    for (const one of items.value) if (one.url.startsWith('blob:')) URL.revokeObjectURL(one.url)
    items.value = []
  }
  const restore = (kept: Attachment[]) =>
    (items.value = [...kept.map((one) => ({ key: (count += 1), url: one.url, done: one })), ...items.value])
  onScopeDispose(clear)
  return { items, done, busy, add, remove, clear, restore }
}
