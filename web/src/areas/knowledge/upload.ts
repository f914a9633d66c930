/** A picture or film of an article goes up like one of a talk: checked by content, unpacked and packed anew. */
import { api } from '@/api/client'

export interface Uploaded {
  id: number
  url: string
  mime: string
}
export function sendPicture(file: File, shop: number): Promise<Uploaded> {
  const form = new FormData()
  form.append('file', file, file.name)
  form.append('shop', String(shop))
  return api.post<Uploaded>('/api/uploads', form)
}
