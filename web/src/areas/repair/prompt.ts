/** One line asked in a small dialog; undefined when the person turns away. */
import { ElMessageBox } from 'element-plus'

export async function ask(text: string, title: string): Promise<string | undefined> {
  try {
    const said = (await ElMessageBox.prompt(text, title, { inputPattern: /\S{2,}/ })) as { value: string }
    return said.value.trim()
  } catch {
    return undefined
  }
}
