// What the bubble knows. One list of messages ordered by seq; a message that was sent twice is one message.
import { Api } from './api'
import { Live, type JournalEvent } from './live'
import type { CaseRow, Message, Order, Session, Upload } from './types'

type Change = () => void

export class Store {
  session: Session | null = null
  conversation: number | null = null
  messages: Message[] = []
  orders: Order[] = []
  cases: CaseRow[] = []
  unread = 0
  online = true
  typingUntil = 0
  open = false
  ratingAsked = false
  /** Stars she gave to the conversation that has ended. */
  rated = 0
  context: Record<string, unknown> = {}
  private live: Live | null = null
  private listeners = new Map<string, Change>()

  constructor(readonly api: Api) {}

  on(name: string, change: Change): void {
    this.listeners.set(name, change)
  }

  say(...names: string[]): void {
    for (const name of names) this.listeners.get(name)?.()
  }

  async begin(): Promise<void> {
    const session = (this.session = await this.api.open())
    const open = session.conversation
    this.conversation = typeof open === 'number' ? open : (open?.id ?? null)
    if (this.conversation !== null) await this.load()
    this.live = new Live(this.api, session.event, {
      event: (event) => this.hear(event),
      typing: () => this.heardTyping(),
      connected: (is) => this.heardLine(is),
      missed: () => void this.load().then(() => this.say('chat')),
    })
    this.live.start()
    this.say('chat', 'ball')
  }

  async load(): Promise<void> {
    const page = await this.api.messages()
    this.messages = []
    for (const message of page.items) this.put(message)
  }

  /** Insert or replace by client id. Row ids order messages over several conversations; those on their way stand last. */
  put(message: Message): void {
    const at = this.messages.findIndex((old) => old.client_id === message.client_id)
    if (at >= 0) this.messages.splice(at, 1)
    this.messages.push(message)
    this.messages.sort((a, b) => (a.pending || a.failed ? 1e15 : a.id) - (b.pending || b.failed ? 1e15 : b.id))
  }

  /** Tell the shop that she has read; nobody waits for the answer. */
  seen(): void {
    this.unread = 0
    if (this.conversation !== null) this.api.seen().catch(() => undefined)
  }

  private heardLine(is: boolean): void {
    if (this.online === is) return
    this.online = is
    this.say('line')
  }

  private heardTyping(): void {
    this.typingUntil = Date.now() + 4000
    this.say('typing')
    setTimeout(() => this.say('typing'), 4100)
  }

  private hear(event: JournalEvent): void {
    if (event.kind === 'message.sent') {
      const message = event.payload['message'] as Message
      this.put(message)
      this.typingUntil = 0
      if (message.author.kind !== 'buyer') {
        if (this.open && document.visibilityState === 'visible') this.seen()
        else this.unread++
      }
      this.say('chat', 'ball', 'typing')
    } else if (event.kind === 'conversation.opened') {
      this.conversation = (event.payload['conversation'] as number | undefined) ?? this.conversation
      this.ratingAsked = false
      this.rated = 0
    } else if (event.kind === 'conversation.closed') {
      this.ratingAsked = true
      this.say('chat')
    } else if (event.kind === 'conversation.rated') {
      this.rated = Number(event.payload['stars'])
      this.say('chat')
    } else if (/^(return|refund_only)\./.test(event.kind)) {
      void this.loadCases()
    }
  }

  async send(text: string, pictures: Upload[] = [], again?: string): Promise<void> {
    const client_id = again ?? crypto.randomUUID()
    const kind = pictures.length ? 'image' : 'text'
    const author = { kind: 'buyer' as const, id: null, name: '' }
    const draft: Message = {
      id: 0,
      seq: 0,
      client_id,
      author,
      kind,
      text,
      attachments: pictures,
      card: null,
      at: new Date().toISOString(),
      pending: true,
    }
    this.put(draft)
    this.say('chat')
    try {
      if (this.conversation === null) this.conversation = (await this.api.conversation(this.context)).id
      const body = {
        conversation: this.conversation,
        client_id,
        kind,
        text,
        attachments: pictures.map((one) => one.id),
      }
      const { message } = await this.api.say(body).catch(async (error: { code?: string }) => {
        if (error.code !== 'conversation_closed') throw error
        this.conversation = (await this.api.conversation(this.context)).id
        return this.api.say({ ...body, conversation: this.conversation })
      })
      this.put({ ...draft, ...message, pending: false })
    } catch {
      this.put({ ...draft, pending: false, failed: true })
    }
    this.say('chat')
  }

  async prove(orderNo: string, tail: string): Promise<void> {
    const answer = await this.api.prove(orderNo, tail)
    this.api.remember(answer)
    if (answer.token) {
      const session = await this.api.open()
      const open = session.conversation
      this.conversation = typeof open === 'number' ? open : (open?.id ?? this.conversation)
      if (this.conversation !== null) await this.load()
      this.live?.restart()
    }
    await this.loadOrders()
  }

  async loadOrders(): Promise<void> {
    this.orders = (await this.api.orders()).items
    this.say('orders')
  }

  async loadCases(): Promise<void> {
    this.cases = (await this.api.cases()).items
    this.say('cases')
  }
}
