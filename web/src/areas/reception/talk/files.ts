/** What hangs on a message: pictures, films, files. Pure. */
import type { Attachment } from '../types'

export const isPicture = (one: { mime: string }): boolean => one.mime.startsWith('image/')
export const isFilm = (one: { mime: string }): boolean => one.mime.startsWith('video/')

/** The small picture that the server keeps beside a large one. */
export function thumbOf(url: string): string {
  return /^(blob|data):/.test(url) ? url : `${url}${url.includes('?') ? '&' : '?'}size=thumb`
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1_048_576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`
}

export const endingOf = (name: string): string => (name.includes('.') ? (name.split('.').pop() ?? '') : '').slice(0, 4)

/** What a message without words is: pictures only, or a file. */
export const kindOf = (attachments: readonly Attachment[]): 'image' | 'file' =>
  attachments.every(isPicture) ? 'image' : 'file'
