/** Settings that belong to one shop: the chosen one, or the first in which she may, with a picker when all are shown. */
import { computed, ref } from 'vue'
import { session, shopsInView } from '@/live/session'

export function useShopOnly(perm: string) {
  const picked = ref<number | null>(null)
  const shops = computed(() => shopsInView.value.filter((shop) => shop.perms.includes(perm)))
  const shop = computed(() => shops.value.find((one) => one.id === picked.value) ?? shops.value[0])
  const pickable = computed(() => session.shop === null && shops.value.length > 1)
  return { picked, shops, shop, pickable }
}
