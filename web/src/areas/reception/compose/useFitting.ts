/** The shop's own scripts for the rules that are being hinted at; asked once per rule and conversation. */
import { reactive, watch } from 'vue'
import { fittingScripts } from '../calls'
import type { Fitting, Verdict } from '../types'

export function useFitting(source: () => { id: number; verdict: Verdict | null }) {
  const known = reactive<Record<string, Fitting | null>>({})
  watch(
    source,
    async ({ id, verdict }) => {
      const wanted = [...new Set((verdict?.rules ?? []).map((one) => one.id))].filter((one) => !(one in known))
      if (!wanted.length) return
      for (const one of wanted) known[one] = null
      const found = await fittingScripts(id, wanted).catch(() => null)
      for (const [rule, script] of Object.entries(found?.items ?? {})) known[rule] = script
    },
    { immediate: true },
  )
  return known
}
