// Sending: on her screen at once, kept until the shop has it, sent again when the line is back; twice sent is once written.
import { Refused } from './api'
import { t } from './i18n'
import { kindOf, type Draft, type Outbox } from './outbox'
import type { Store } from './store'
import type { Message, Upload } from './types'

const AGAIN = 5000
export const MOST_FILES = 9
const MOST_BYTES = 20 * 1024 * 1024

export class Sender {
  private busy = false
  private timer = 0
  /** Files of messages that could not be uploaded yet, by client id. */
  private files = new Map<string, File[]>()

  constructor(
    private readonly store: Store,
    private readonly outbox: Outbox,
  ) {}

  /** What an earlier page left behind goes out now. */
  begin(): void {
    for (const draft of this.outbox.all()) {
      if (this.store.has(draft.client_id)) this.outbox.drop(draft.client_id)
      else this.show(draft)
    }
    void this.flush()
  }

  arrived(client_id: string): void {
    this.outbox.drop(client_id)
  }

  async send(text: string, attachments: Upload[] = [], again?: string): Promise<void> {
    const client_id = again ?? crypto.randomUUID()
    const draft = { client_id, kind: kindOf(text, attachments), text, attachments, at: new Date().toISOString() }
    this.outbox.keep(draft)
    this.show(draft)
    this.store.say('chat')
    await this.flush()
  }

  /** Pictures and files: uploaded one after the other while she sees how far it is, then sent as one message. */
  async sendFiles(files: File[], told: (problem: string) => void, text = '', again?: string): Promise<void> {
    const client_id = again ?? crypto.randomUUID()
    const fit = files.filter((one) => one.size <= MOST_BYTES).slice(0, MOST_FILES)
    if (fit.length < files.length) told(files.length > MOST_FILES ? t('tooMany') : t('tooBig'))
    if (fit.length === 0) return
    this.files.set(client_id, fit)
    const shown: Upload[] = fit.map((file) => local(file))
    const draft = { client_id, kind: kindOf('', shown), text, attachments: shown, at: new Date().toISOString() }
    const draw = (failed?: string): void => {
      this.show({ ...draft, attachments: shown.filter((one) => one.progress !== -1) }, failed)
      this.store.say('chat')
    }
    draw()
    for (const [at, file] of fit.entries()) {
      const one = shown[at] as Upload
      try {
        const made = await this.store.api.upload(
          file,
          (share) => ((one.progress = Math.round(share * 20) / 20), draw()),
        )
        const kept = one.url
        Object.assign(one, made, { url: made.url })
        delete one.progress
        URL.revokeObjectURL(kept)
      } catch (error) {
        if (!(error instanceof Refused)) return draw((error as Error).message)
        one.progress = -1
        told(`${file.name}: ${error.message}`)
        this.files.set(
          client_id,
          (this.files.get(client_id) ?? []).filter((other) => other !== file),
        )
      }
    }
    this.files.delete(client_id)
    const good = shown.filter((one) => one.progress !== -1)
    if (good.length || text) return this.send(text, good, client_id)
    this.store.drop(client_id)
    this.store.say('chat')
  }

  /** She tapped on a message that did not go out. */
  async retry(message: Message, told: (problem: string) => void): Promise<void> {
    const files = this.files.get(message.client_id)
    if (files) return this.sendFiles(files, told, message.text, message.client_id)
    return this.send(message.text, message.attachments, message.client_id)
  }

  /** Everything that waits, in order; stops where the line is dead, and tries again by itself. */
  async flush(): Promise<void> {
    if (this.busy) return
    this.busy = true
    clearTimeout(this.timer)
    try {
      for (let next = this.outbox.all()[0]; next; next = this.outbox.all()[0]) {
        if (!(await this.post(next))) {
          this.timer = window.setTimeout(() => void this.flush(), AGAIN)
          break
        }
      }
    } finally {
      this.busy = false
    }
    this.store.say('chat')
  }

  /** True when it is done with, sent or refused for good. */
  private async post(draft: Draft): Promise<boolean> {
    const { store } = this
    try {
      if (store.conversation === null) await this.open()
      const sent = await this.say(draft).catch(async (error: Partial<Refused>) => {
        if (error.code !== 'conversation_closed') throw error
        await this.open()
        return this.say(draft)
      })
      this.outbox.drop(draft.client_id)
      if (!store.has(draft.client_id)) store.put({ ...message(draft), ...sent.message })
      store.queue.ask(800)
    } catch (error) {
      const refused = error instanceof Refused && error.status < 500 && ![401, 429].includes(error.status)
      if (error instanceof Refused && error.status === 401) await store.api.open().catch(() => undefined)
      if (!refused) return false
      this.outbox.drop(draft.client_id)
      this.show(draft, (error as Error).message)
    }
    return true
  }

  private async open(): Promise<void> {
    this.store.conversation = (await this.store.api.conversation(this.store.context)).id
  }

  private say(draft: Draft): Promise<{ message: { id: number; seq: number; at: string } }> {
    const { client_id, kind, text } = draft
    const attachments = draft.attachments.map((one) => one.id)
    return this.store.api.say({ conversation: this.store.conversation, client_id, kind, text, attachments })
  }

  private show(draft: Draft, failed?: string): void {
    this.store.put({ ...message(draft), ...(failed ? { failed } : { pending: true }) })
  }
}

function message(draft: Draft): Message {
  return { ...draft, id: 0, seq: 0, author: { kind: 'buyer', id: null, name: '' }, card: null }
}

function local(file: File): Upload {
  return {
    id: 0,
    url: URL.createObjectURL(file),
    mime: file.type || 'file',
    name: file.name,
    size: file.size,
    progress: 0,
  }
}
