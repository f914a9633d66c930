/** Words on the screen. One file per area and language; the file's name is the first part of the key. */
import { shallowRef, type Ref } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Language as ElementLocale } from 'element-plus/es/locale'

export type Lang = 'zh-CN' | 'en'
export const LANGUAGES: readonly Lang[] = ['zh-CN', 'en']

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  missingWarn: false,
  fallbackWarn: false,
  messages: {},
})

export const elementLocale = shallowRef<ElementLocale>()

const loaders: Record<Lang, () => Promise<{ words: Record<string, unknown>; element: ElementLocale }>> = {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
}

export function asLang(text: string | null | undefined): Lang {
  return (text ?? '').toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

const locale = i18n.global.locale as unknown as Ref<Lang>

export function currentLanguage(): Lang {
  return locale.value
}

export function savedLanguage(): Lang {
  return asLang(localStorage.getItem('xiaoer.lang') ?? navigator.language)
}

export async function useLanguage(lang: Lang): Promise<void> {
  const pack = await loaders[lang]()
  i18n.global.setLocaleMessage(lang, pack.words as never)
  locale.value = lang
  elementLocale.value = pack.element
  localStorage.setItem('xiaoer.lang', lang)
  document.documentElement.lang = lang
}

/** For code outside components; inside components use `useI18n()` or `$t`. */
export const t = i18n.global.t as unknown as (key: string, named?: Record<string, unknown>) => string
export const te = (key: string): boolean => i18n.global.te(key)

/** A word that may not be translated: the first key that exists, else the fallback. */
export function word(keys: readonly string[], fallback: string): string {
  const key = keys.find(te)
  return key ? t(key) : fallback
}
