/** Pictures and files on their way into a message: shown at once, sent in the background with progress, nine at most. */
import { computed, onScopeDispose, ref } from 'vue'
import { ApiError } from '@/api/client'
import { t } from '@/i18n'
import { fail } from '@/parts/notify'
import { upload } from '../calls'
import type { Attachment, Row } from '../types'

export { kindOf } from '../talk/files'
const MOST = 9
export const ACCEPT = 'image/png,image/jpeg,image/webp,image/gif,.pdf,.docx,.xlsx,.txt,video/mp4,video/quicktime'

export interface Item {
  key: number
  file: File | null
  name: string
  mime: string
  size: number
  url: string
  /** Which share has gone, 0 to 1. */
  share: number
  done: Attachment | null
  error: string
}

export function usePictures(row: () => Row) {
  const items = ref<Item[]>([])
  let count = 0
  const done = computed(() => items.value.flatMap((one) => (one.done ? [one.done] : [])))
  /** What is under way or did not go: a message is not sent without what she put into it. */
  const busy = computed(() => items.value.filter((one) => !one.done).length)
  const find = (key: number) => items.value.find((one) => one.key === key)

  async function add(files: Iterable<File>): Promise<void> {
    const fit = [...files]
    if (items.value.length + fit.length > MOST)
      fail(new ApiError(422, 'many', t('reception.manyPictures', { n: MOST })))
    const places = fit.slice(0, MOST - items.value.length).map((file) => {
      const key = (count += 1)
      const { name, type: mime, size } = file
      items.value.push({ key, file, name, mime, size, url: URL.createObjectURL(file), share: 0, done: null, error: '' })
      return key
    })
    await Promise.all(places.map(again))
  }
  async function again(key: number): Promise<void> {
    const item = find(key)
    if (!item?.file) return
    item.error = ''
    item.share = 0
    try {
      const made = await upload(item.file, row().shop, row().id, (share) => {
        const shown = find(key)
        if (shown) shown.share = share
      })
      const shown = find(key)
      if (shown) shown.done = made
    } catch (error) {
      const shown = find(key)
      if (!shown) return
      const told = error instanceof ApiError ? error : null
      shown.error = (told && Object.values(told.fields)[0]) ?? told?.message ?? String(error)
    }
  }
  const free = (one: Item) => one.url.startsWith('blob:') && URL.revokeObjectURL(one.url)
  function remove(key: number): void {
    const gone = find(key)
    if (gone) free(gone)
    items.value = items.value.filter((one) => one.key !== key)
  }
  function clear(): void {
    items.value.forEach(free)
    items.value = []
  }
  function restore(kept: Attachment[]): void {
    const back = kept.map((one): Item => {
      const { name = '', mime, size = 0, url } = one
      return { key: (count += 1), file: null, name, mime, size, url, share: 1, done: one, error: '' }
    })
    items.value = [...back, ...items.value]
  }
  function pasted(event: ClipboardEvent): void {
    if (!event.clipboardData?.files.length) return
    event.preventDefault()
    void add(event.clipboardData.files)
  }
  const dropped = (event: DragEvent) => void add(event.dataTransfer?.files ?? [])
  function picked(event: Event): void {
    const input = event.target as HTMLInputElement
    void add(input.files ?? [])
    input.value = ''
  }
  onScopeDispose(clear)
  return { items, done, busy, add, again, remove, clear, restore, pasted, dropped, picked }
}
export type Tray = ReturnType<typeof usePictures>
