import { expect, test } from 'vitest'
import { ana, ben, incidentAfter } from '#cards/fixtures/checkout.ts'
import { createWebChat } from './web.ts'

const news = (text: string) => ({ kind: 'news', incident: incidentAfter(), text }) as const

test('what one reader sees of an incident: its message, what stands below, what was said to them alone', async () => {
  const chat = createWebChat({ clock: () => 7 })
  const thread = await chat.open('INC-42', news('opened'))
  await chat.open('INC-43', news('another'))
  await chat.reply(thread, 'INC-42/3', news('changed my mind'))
  await chat.whisper(thread, ana, news('only you'))
  const texts = (reader: typeof ana) =>
    chat.said(reader, 'INC-42').map(({ message }) => (message.kind === 'news' ? message.text : ''))
  expect(texts(ana)).toEqual(['opened', 'changed my mind', 'only you'])
  expect(texts(ben)).toEqual(['opened', 'changed my mind'])
})

test('it keeps the last five thousand; a foreign thread is refused', async () => {
  const chat = createWebChat({ clock: () => 7 })
  const thread = await chat.open('INC-42', news('opened'))
  for (let i = 0; i < 5_010; i++) await chat.reply(thread, `k${i}`, news(`${i}`))
  expect(chat.said(ana)).toHaveLength(5_000)
  await expect(chat.reply({ ...thread, chat: 'slack' }, 'k', news('x'))).rejects.toThrow(
    'Expected a thread of the web chat, got one of slack.',
  )
})
