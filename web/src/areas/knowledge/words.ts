/** Small words of the knowledge pages. */
import { shortTime } from '@/parts/time'

export const dayOf = (at: string | null): string => (at ? shortTime(at) : '')
