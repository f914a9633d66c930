/** The evidence pack is made by a POST (it leaves a line in the journal) and saved as a file. */
import { api } from '@/api/client'

export async function takePack(id: number, number: string): Promise<void> {
  const file = await api.post<Blob>(`/api/disputes/${id}/pack`)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `${number}-evidence.zip`
  link.click()
  URL.revokeObjectURL(link.href)
}
