import { expect, test } from 'vitest'
import { ana, ben, incidentAfter } from '#cards/fixtures/checkout.ts'
import { createWebChat } from './web.ts'

const news = (text: string) => ({ kind: 'news', incident: incidentAfter(), text }) as const

test('opened once, found by its key, said once, read back', async () => {
  const chat = createWebChat({ clock: () => 7 })
  expect(await chat.find('INC-42', 0)).toBeUndefined()
  const thread = await chat.open('INC-42', news('opened'))
  expect(await chat.open('INC-42', news('again'))).toEqual(thread)
  expect(await chat.find('INC-42', 0)).toEqual(thread)
  await chat.reply(thread, 'INC-42/3', news('Changed my mind'))
  await chat.reply(thread, 'INC-42/3', news('Changed my mind'))
  expect(chat.said('INC-42', ana)).toEqual([{ at: 7, message: news('Changed my mind') }])
})

test('a whisper is for one person', async () => {
  const chat = createWebChat({ clock: () => 7 })
  const thread = await chat.open('INC-42', news('opened'))
  await chat.whisper(thread, ana, news('only you'))
  expect(chat.said('INC-42', ana)).toHaveLength(1)
  expect(chat.said('INC-42', ben)).toHaveLength(0)
})

test('a thread keeps the last hundred; a foreign thread is refused', async () => {
  const chat = createWebChat({ clock: () => 7 })
  const thread = await chat.open('INC-42', news('opened'))
  for (let i = 0; i < 150; i++) await chat.reply(thread, `k${i}`, news(`${i}`))
  expect(chat.said('INC-42', ana)).toHaveLength(100)
  const foreign = { ...thread, chat: 'slack' } as const
  await expect(chat.reply(foreign, 'k', news('x'))).rejects.toThrow(
    'Expected a thread of the web chat, got one of slack.',
  )
})
