// What the bubble knows. One list of messages ordered by seq; a message that was sent twice is one message.
import { Api } from './api'
import { Live, type JournalEvent } from './live'
import { Outbox } from './outbox'
import { Queue } from './queue'
import { Sender } from './sender'
import type { CaseRow, Message, OfflineLeft, Order, Session } from './types'

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
  /** She said why, or had rated on an earlier visit. */
  ratingDone = false
  /** What she left out of hours on this visit. */
  left: OfflineLeft | null = null
  context: Record<string, unknown> = {}
  readonly queue: Queue
  readonly sender: Sender
  private live: Live | null = null
  private listeners = new Map<string, Change>()

  constructor(readonly api: Api) {
    this.queue = new Queue(
      api,
      () => this.open && document.visibilityState === 'visible',
      () => this.say('queue'),
    )
    this.sender = new Sender(this, new Outbox(localStorage, api.key('outbox')))
  }

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
    this.sender.begin()
    this.say('chat', 'ball', 'line', 'head')
    this.queue.ask()
  }

  async load(): Promise<void> {
    const page = await this.api.messages()
    const mine = this.messages.filter((one) => one.pending || one.failed)
    this.messages = []
    for (const message of page.items) this.put(message)
    if (page.conversation?.rating && !this.rated) {
      this.rated = page.conversation.rating
      this.ratingDone = true
    }
    for (const one of mine) if (!this.has(one.client_id)) this.put(one)
  }

  has(client_id: string): boolean {
    return this.messages.some((one) => one.client_id === client_id && one.id > 0)
  }

  /** Insert or replace by client id. Row ids order messages over several conversations; those on their way stand last. */
  put(message: Message): void {
    this.drop(message.client_id)
    this.messages.push(message)
    this.messages.sort((a, b) => (a.pending || a.failed ? 1e15 : a.id) - (b.pending || b.failed ? 1e15 : b.id))
  }

  drop(client_id: string): void {
    const at = this.messages.findIndex((old) => old.client_id === client_id)
    if (at >= 0) this.messages.splice(at, 1)
  }

  /** Tell the shop that she has read; nobody waits for the answer. */
  seen(): void {
    this.unread = 0
    if (this.conversation !== null) this.api.seen().catch(() => undefined)
    this.say('ball')
  }

  /** The stream dropped or came, or the browser says that there is no network. */
  heardLine(is: boolean): void {
    if (is) void this.sender.flush()
    if (this.online === is) return
    this.online = is
    this.say('line', 'chat')
  }

  private heardTyping(): void {
    this.typingUntil = Date.now() + 4000
    this.say('typing')
    setTimeout(() => this.say('typing'), 4100)
  }

  private heardMessage(message: Message): void {
    this.put(message)
    this.sender.arrived(message.client_id)
    this.typingUntil = 0
    if (message.author.kind === 'buyer') this.queue.ask(800)
    else if (this.open && document.visibilityState === 'visible') this.seen()
    else this.unread++
    this.say('chat', 'ball', 'typing')
  }

  private hear(event: JournalEvent): void {
    if (event.kind === 'message.sent') {
      this.heardMessage(event.payload['message'] as Message)
    } else if (event.kind === 'conversation.opened') {
      this.conversation = (event.payload['conversation'] as number | undefined) ?? this.conversation
      this.ratingAsked = false
      this.rated = 0
      this.ratingDone = false
    } else if (/^conversation\.(assigned|taken)$/.test(event.kind)) {
      this.queue.served()
    } else if (event.kind === 'conversation.queued') {
      this.queue.ask()
    } else if (event.kind === 'conversation.closed') {
      this.ratingAsked = true
      this.queue.served()
      this.say('chat')
    } else if (event.kind === 'conversation.rated') {
      this.rated = Number(event.payload['stars'])
      this.say('chat')
    } else if (event.kind === 'upload.scanned') {
      void this.load().then(() => this.say('chat'))
    } else if (/^(return|refund_only)\./.test(event.kind)) {
      void this.loadCases()
    }
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
