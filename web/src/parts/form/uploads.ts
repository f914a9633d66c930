/** In which shop the photos of a form belong: a page about a record provides it, else the chosen shop counts. */
import { inject, provide, type InjectionKey } from 'vue'
import { session } from '@/live/session'

const SHOP: InjectionKey<() => number | null | undefined> = Symbol('upload shop')

export const provideUploadShop = (shop: () => number | null | undefined): void => provide(SHOP, shop)

export function useUploadShop(): () => number | null {
  const told = inject(SHOP, undefined)
  return () => told?.() ?? session.shop ?? session.viewer?.shops[0]?.id ?? null
}

/** Pictures that stand already where she works (in the conversation, say): a form may take them as proof. */
export interface Offered {
  id: number
  url: string
}
const OFFERED: InjectionKey<() => readonly Offered[]> = Symbol('offered pictures')
export const provideOffered = (pictures: () => readonly Offered[]): void => provide(OFFERED, pictures)
export const useOffered = (): (() => readonly Offered[]) => inject(OFFERED, () => [])
