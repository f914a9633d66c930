/** What she began to write in each conversation, kept in this browser until it is sent, also over a restart. */
interface Draft {
  text: string
  note: boolean
  at?: number
}
const KEY = 'xiaoer.drafts'
const MOST = 100
const DAYS = 14

function read(): Record<number, Draft> {
  try {
    const held = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<number, Draft>
    const fresh = Object.entries(held).filter(([, one]) => (one.at ?? 0) > Date.now() - DAYS * 86_400_000)
    return Object.fromEntries(fresh.sort((a, b) => (b[1].at ?? 0) - (a[1].at ?? 0)).slice(0, MOST))
  } catch {
    return {}
  }
}
const kept: Record<number, Draft> = read()
/** Only this one is written: another tab may hold drafts of other conversations. */
function save(id: number): void {
  try {
    const held = read()
    if (kept[id]) held[id] = kept[id]
    else delete held[id]
    localStorage.setItem(KEY, JSON.stringify(held))
  } catch {
    // A browser without storage keeps the draft as long as the page lives.
  }
}

export const drafts = {
  of: (id: number): Draft => kept[id] ?? { text: '', note: false },
  keep(id: number, draft: Draft): void {
    if (draft.text || draft.note) kept[id] = { ...draft, at: Date.now() }
    else delete kept[id]
    save(id)
  },
  drop(id: number): void {
    delete kept[id]
    save(id)
  },
}
