/** Short messages at the top of the screen. */
import { ElMessage } from 'element-plus/es/components/message/index'
import { ElMessageBox } from 'element-plus/es/components/message-box/index'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import { ApiError } from '@/api/client'
import { t } from '@/i18n'

export function done(text = t('act.done')): void {
  ElMessage({ message: text, type: 'success', grouping: true, duration: 2200 })
}

/** Show any failure; an ApiError already says what is wrong in the reader's language. */
export function fail(error: unknown): void {
  if ((error as Error | null)?.name === 'AbortError') return
  const text = error instanceof ApiError ? error.message : t('error.unknown', { status: String(error) })
  if (!(error instanceof ApiError)) console.error(error)
  ElMessage({ message: text, type: 'error', grouping: true, duration: 5000, showClose: true })
}

/** Ask before something that cannot be taken back. */
export async function sure(text: string, act: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, {
      confirmButtonText: act,
      cancelButtonText: t('act.cancel'),
      type: 'warning',
      showClose: false,
    })
    return true
  } catch {
    return false
  }
}

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    done(t('act.copied'))
  } catch {
    ElMessage({ message: text, duration: 8000, showClose: true })
  }
}
