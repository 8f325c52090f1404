// What every Chat must hold. An implementation's own test calls this with a way to open itself.
import { afterEach, describe, expect, test } from 'vitest'
import { ana, incidentAfter } from '#cards/fixtures/checkout.ts'
import type { Chat, Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import type { Person } from '#incident/remedy.ts'

/** One of our messages as people see it; `to`: the only one who does. */
export type Shown = { thread: Pick<Thread, 'id' | 'parent'>; text: string; to?: string }

export type ChatUnderTest = {
  chat: Chat
  now(): number
  /** Time goes by, as it does between two messages of ours. */
  pass(millis: number): void
  /** Our messages, oldest first. */
  shown(): Shown[]
  /** Somebody who can be whispered to, and what `Shown.to` calls them. */
  person: Person
  personId: string
  /** Keeps what was posted as the worker that delivers does, where finding a reply needs it. */
  remember?: (key: string, thread: Thread) => Promise<void>
  close(): Promise<void>
}

/** A chat at the other end of a network, and what that or the platform does to the next call. */
export type RemoteChatUnderTest = ChatUnderTest & {
  strike(fault: 'rate limit' | 'refusal' | 'lost answer' | 'lost request'): void
}

export function chatContract(open: () => Promise<ChatUnderTest>): void {
  describe('chat', () => {
    let place: ChatUnderTest
    afterEach(() => place.close())

    test('posts once a call, marked with its key, and finds it by that', async () => {
      place = await open()
      const { chat, shown, now } = place
      const since = now() - 60_000
      expect(await chat.find('INC-42', since)).toBeUndefined()
      const thread = await chat.open('INC-42', news('opened'))
      expect(thread.chat).toBe(chat.name)
      expect(shown()).toHaveLength(1)
      expect(await chat.find('INC-42', since)).toMatchObject({ channel: thread.channel, id: thread.id })
      expect(await chat.find('INC-4', since)).toBeUndefined()
    })

    test('edits in place, and the same edit twice is harmless', async () => {
      place = await open()
      const { chat, shown } = place
      const thread = await chat.open('INC-42', news('it begins'))
      await chat.edit(thread, news('it goes on'))
      await chat.edit(thread, news('it goes on'))
      expect(shown()).toHaveLength(1)
      expect(shown()[0]?.text).toContain('it goes on')
      expect(shown()[0]?.text).not.toContain('it begins')
    })

    test('a reply stands below, is edited like any message, and is found by its own key', async () => {
      place = await open()
      const { chat, shown, now } = place
      const thread = await chat.open('INC-42', news('opened'))
      await place.remember?.('INC-42', thread)
      const reply = await chat.reply(thread, 'INC-42/7', news('changed my mind'))
      await place.remember?.('INC-42/7', reply)
      expect(shown().at(-1)?.thread).toMatchObject({ id: reply.id, parent: thread.id })
      await chat.edit(reply, news('and again'))
      expect(shown().at(-1)?.text).toContain('and again')
      expect(shown()).toHaveLength(2)
      expect(await chat.find('INC-42/7', now() - 60_000)).toMatchObject({ id: reply.id })
    })

    test('a reply that is about no incident is found below the message it was said below', async () => {
      place = await open()
      const { chat, now } = place
      const thread = await chat.open('INC-42', news('opened'))
      const reply = await chat.reply(thread, 'answer:1', news('because of the rollout'))
      expect(await chat.find('answer:1', now() - 60_000, thread)).toMatchObject({ id: reply.id })
      expect(await chat.find('answer:2', now() - 60_000, thread)).toBeUndefined()
    })

    test('a whisper is for one person', async () => {
      place = await open()
      const { chat, shown, person, personId } = place
      const thread = await chat.open('INC-42', news('opened'))
      await chat.whisper(thread, person, news('only you'))
      const whispered = shown().filter(({ text }) => text.includes('only you'))
      expect(whispered.map(({ to }) => to)).toEqual([personId])
    })

    test('every message can be said', async () => {
      place = await open()
      const { chat, person, pass } = place
      const thread = await chat.open('INC-42', { kind: 'incident', incident: incidentAfter() })
      for (const [i, message] of MESSAGES.entries()) {
        pass(5_000)
        await chat.reply(thread, `INC-42/${i}`, message)
        await chat.whisper(thread, person, message)
      }
    })
  })
}

export function remoteChatContract(open: () => Promise<RemoteChatUnderTest>): void {
  chatContract(open)

  describe('remote chat', () => {
    let place: RemoteChatUnderTest
    afterEach(() => place.close())

    test('a refusal is a Fault that says whether it may have been taken', async () => {
      place = await open()
      const { chat, shown, strike, now } = place
      strike('rate limit')
      await expect(chat.open('INC-42', news('x'))).rejects.toMatchObject({ code: 'rate_limit', retryAfter: 7 })
      strike('lost request')
      await expect(chat.open('INC-42', news('x'))).rejects.toMatchObject({ name: 'Fault', code: 'network' })
      expect(shown()).toHaveLength(0)
      strike('lost answer')
      await expect(chat.open('INC-42', news('x'))).rejects.toMatchObject({ name: 'Fault', code: 'network' })
      expect(shown()).toHaveLength(1)
      expect(await chat.find('INC-42', now() - 60_000)).toMatchObject({ id: shown()[0]?.thread.id })
      strike('refusal')
      const refused = await chat.open('INC-43', news('x')).catch((error: unknown) => error)
      expect(refused).toMatchObject({ name: 'Fault' })
      expect(['network', 'processing', 'rate_limit']).not.toContain((refused as { code: string }).code)
    })
  })
}

function news(text: string): Message {
  return { kind: 'news', incident: incidentAfter(), text }
}

const incident = incidentAfter()
const [remedy] = incident.remedies
const MESSAGES: Message[] = [
  { kind: 'details', incident },
  ...(remedy ? [{ kind: 'preview', incident, remedy } as const] : []),
  { kind: 'answer', question: 'why?', answer: { answer: 'Because.', claims: [], unknown: [], model: null }, incident },
  { kind: 'digest', key: 'digest-INC-1', worst: [incident], open: { high: 12, medium: 30 }, resolved: 3, since: 0 },
  { kind: 'list', incidents: [incident], more: 2 },
  { kind: 'status', open: 1, sources: [{ source: 'sentry', up: false, since: 0 }], everyMillis: 60_000, since: 0 },
  { kind: 'postmortem', incident, timeline: [{ at: 0, text: 'Opened.' }] },
  { kind: 'reply', reply: { result: 'not yours', text: `Not yours to approve, ${ana.name}.` } },
  { kind: 'help' },
  { kind: 'error', text: 'Expected an id such as INC-42.' },
]
