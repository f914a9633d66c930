/** What she began to write in each conversation, kept for this tab until it is sent. */
interface Draft {
  text: string
  note: boolean
}
const KEY = 'xiaoer.drafts'
const kept: Record<number, Draft> = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Record<number, Draft>
const save = () => sessionStorage.setItem(KEY, JSON.stringify(kept))

export const drafts = {
  of: (id: number): Draft => kept[id] ?? { text: '', note: false },
  keep(id: number, draft: Draft): void {
    if (draft.text || draft.note) kept[id] = draft
    else delete kept[id]
    save()
  },
  drop(id: number): void {
    delete kept[id]
    save()
  },
}
