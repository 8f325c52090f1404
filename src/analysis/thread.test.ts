// Calls that wait for the thread of the analysis: who goes first, who is refused, who is not heard any more.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { START, readingsAt } from './shop.fixture.ts'
import { MOST_READS, startThread, type Thread } from './thread.ts'

let thread: Thread
beforeEach(() => {
  thread = startThread({ embedder: { model: 'static' } })
})
afterEach(() => thread.end())

const look = [readingsAt(START), START, { learn: false }]
const reads = (count: number) => Array.from({ length: count }, () => thread.read('analyse', look))

test('what teaches goes before what only reads, each in the order asked', async () => {
  const done: string[] = []
  const note = (name: string) => () => done.push(name)
  await Promise.all([
    thread.teach('ready', []).then(note('ready')),
    thread.read('correlate', [[]]).then(note('first read')),
    thread.read('correlate', [[]]).then(note('second read')),
    thread.teach('learn', [readingsAt(START), START]).then(note('learn')),
    thread.teach('snapshot', []).then(note('snapshot')),
  ])
  expect(done).toEqual(['ready', 'learn', 'snapshot', 'first read', 'second read'])
})

test('more reads than can be answered are refused, and teaching is not', async () => {
  const begun = thread.teach('ready', [])
  const waiting = reads(MOST_READS)
  await expect(thread.read('analyse', look)).rejects.toMatchObject({
    code: 'resource',
    message: expect.stringContaining('Ask again'),
  })
  await expect(thread.teach('learn', [[], START])).resolves.toBeUndefined()
  await begun
  expect(await Promise.all(waiting)).toHaveLength(MOST_READS)
})

test('a read that is given up while it waits leaves its place, and one given up before is not begun', async () => {
  const begun = thread.teach('ready', [])
  const leaving = new AbortController()
  const left = thread.read('analyse', look, leaving.signal)
  const waiting = reads(MOST_READS - 1)
  leaving.abort()
  await expect(left).rejects.toMatchObject({ message: 'The question was given up.', whose: 'caller' })
  await expect(thread.read('analyse', look, leaving.signal)).rejects.toThrow('given up')
  waiting.push(thread.read('analyse', look))
  await begun
  expect(await Promise.all(waiting)).toHaveLength(MOST_READS)
})

test('its end answers everybody, and whoever comes later', async () => {
  const waiting = Promise.allSettled([thread.teach('ready', []), thread.read('correlate', [[]])])
  await thread.end()
  const late = await Promise.allSettled([thread.teach('ready', []), thread.read('correlate', [[]])])
  for (const { status } of [...(await waiting), ...late]) expect(status).toBe('rejected')
  expect(thread.hasEnded()).toBe(true)
})
