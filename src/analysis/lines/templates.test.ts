import { expect, test } from 'vitest'
import { lineRulesSchema } from './line-rule-settings.ts'
import { openLineRules } from './line-rules.ts'
import { merge } from './merge.ts'
import { anyLines } from './any-lines.fixture.ts'
import { clusterLines, FileMiner, TemplateMiner } from './templates.ts'

const names = ['ann', 'bob', 'cyd', 'dan']
const logins = names.map(name => `login by ${name} failed`)

test('a place with four different words among otherwise equal shapes is a variable', () => {
  expect(merge(logins.slice(0, 3)).get('login by ann failed')!.text).toBe('login by ann failed')
  const merged = merge(logins)
  expect([...new Set([...merged.values()].map(name => name.text))]).toEqual(['login by * failed'])
})

test('two short shapes are not the same message for sharing a word', () => {
  const shapes = ['start a', 'start b', 'start c', 'start d', 'start e']
  expect(new Set([...merge(shapes).values()].map(name => name.id)).size).toBe(5)
})

test('variables next to each other become one, and one may be empty', () => {
  const pairs = names.flatMap(a => names.map(b => `moved file of ${a} ${b} away`))
  const merged = merge([...pairs, 'moved file of away'])
  expect(new Set([...merged.values()].map(name => name.text))).toEqual(new Set(['moved file of * away']))
})

test('the order of shapes does not matter, and an id is the same in every run', () => {
  const shapes = [...logins, 'cache is cold', '* used * in *']
  expect(new Map([...merge(shapes.toReversed())].sort())).toEqual(new Map([...merge(shapes)].sort()))
  expect(merge(logins).get('login by ann failed')!.id).toBe('b880bb265ea3')
})

test('a file: every line its template, templates with count, lines and status codes, most lines first', () => {
  const lines = [
    'worker 1 started',
    'upstream 10.0.0.7 answered status=502 after 3 ms',
    'worker 2 started',
    'upstream 10.0.0.8 answered status=504 after 90 ms',
    'worker 3 started',
  ]
  const { templates, templateOf } = clusterLines(lines)
  expect(templates).toMatchObject([
    { text: 'worker * started', count: 3, first: 0, last: 4, statusCodes: {}, example: 'worker 1 started' },
    { count: 2, first: 1, last: 3, statusCodes: { 502: 1, 504: 1 } },
  ])
  expect([0, 1, 2, 3, 4].map(templateOf)).toEqual([0, 1, 0, 1, 0].map(i => templates[i]))
  expect(() => templateOf(5)).toThrow('expected a line from 0 to 4, got 5')
  expect(clusterLines([]).templates).toEqual([])
})

test('a file may come in pieces cut anywhere, hold any bytes, and lack its last line feed', () => {
  const file = anyLines(2_000, 5).subarray(0, -1)
  const whole = new FileMiner()
  whole.push(file)
  const { templates, lines } = whole.end()
  expect(lines).toBe(2_000)
  for (const size of [1, 7, 1 << 12]) {
    const miner = new FileMiner()
    for (let at = 0; at < file.length; at += size) miner.push(file.subarray(at, at + size))
    expect(miner.end().templates).toEqual(templates)
  }
})

test('masks and noise of a user: in a file and in a stream of lines', () => {
  const rules = openLineRules(
    lineRulesSchema.parse({
      masks: [{ pattern: 'order-[a-z]+', replacement: '<ORDER>' }],
      noise: { kinds: ['empty'], texts: ['heartbeat'] },
    }),
  )
  const file = new FileMiner(rules)
  file.push(Buffer.from('paid order-abc\n\nheartbeat 7\npaid order-xyz\n'))
  const { lines, noise, templates, templateOf } = file.end()
  expect([lines, noise, templates.map(({ text, count }) => [text, count])]).toEqual([4, 2, [['paid ORDER', 2]]])
  expect([0, 1, 2, 3].map(templateOf)).toEqual([templates[0], undefined, undefined, templates[0]])
  const miner = new TemplateMiner(100, rules.masks)
  for (const line of ['paid order-abc', 'paid order-xyz']) miner.add(line, 0)
  expect(miner.templates()).toMatchObject([{ text: 'paid ORDER', count: 2 }])
})

test('a line of a megabyte is one line, known by how it starts', () => {
  const miner = new FileMiner()
  for (const end of ['', '\ndisk full on ', '\n']) miner.push(Buffer.from(`${'disk full on '.repeat(80_000)}${end}`))
  const { lines, templates } = miner.end()
  expect([lines, templates.length]).toEqual([2, 1])
})

test('a raw line is known by its message, whichever thread, logger or host said it', () => {
  const lines = [
    '2026-01-02 03:04:05,678 WARN [LeaseRenewer] org.shop.Client: address of 10.0.0.7 changed',
    '2026-01-02 03:04:06,001 WARN [Committer Processor #3] org.shop.Client: address of 10.0.0.8 changed',
    'Jan  2 03:04:07 node-7 client[42]: address of 10.0.0.9 changed',
    'address of 10.0.0.9 changed',
  ]
  expect(clusterLines(lines).templates).toMatchObject([{ count: 4, text: '* address of * changed' }])
})

test('JSON lines are known by their keys and by what says something, not by their values', () => {
  const line = (level: string, text: string, user: string, millis: number) =>
    JSON.stringify({
      time: `2026-01-02T03:04:${millis}Z`,
      level,
      msg: text,
      user,
      took_ms: millis,
      pod: { ready: true },
    })
  const lines = [
    line('info', 'order 17 paid', 'ann', 12),
    line('error', 'card 4711 refused', 'bob', 13),
    line('info', 'order 18 paid', 'cyd', 14),
    line('error', 'card 815 refused', 'dan "the man"', 15),
    line('info', 'order 19 paid', 'eve', 16),
  ]
  const { templates, templateOf } = clusterLines(lines)
  expect(templates.map(({ count }) => count)).toEqual([3, 2])
  expect([templateOf(2), templateOf(3)]).toEqual([templateOf(0), templateOf(1)])
  expect(templates[0]!.text).toContain('level info msg order * paid')
})

test('logfmt lines likewise', () => {
  const lines = [
    'time=2026-01-02T03:04:05Z level=info msg="cache refreshed" entries=17 took=1.2s shard=a',
    'time=2026-01-02T03:04:06Z level=warn msg="cache stale" entries=17 took=3ms shard=b',
    'time=2026-01-02T03:04:07Z level=info msg="cache refreshed" entries=4 took=900us shard=c',
  ]
  const { templates, templateOf } = clusterLines(lines)
  expect(templates.map(({ text, count }) => [count, text])).toEqual([
    [2, 'time * level info msg cache refreshed entries * took * shard *'],
    [1, 'time * level warn msg cache stale entries * took * shard *'],
  ])
  expect(templateOf(2)).toBe(templateOf(0))
})

test('a miner fed line by line says in the end what the file as a whole says', () => {
  const lines = [...logins, ...logins, 'cache is cold']
  const miner = new TemplateMiner()
  const before = new Set<string>()
  for (const [at, line] of lines.entries()) {
    miner.add(line, at)
    before.add(miner.templateOf(line).text)
  }
  expect(before).toEqual(new Set([...logins.slice(0, 3), 'login by * failed', 'cache is cold']))
  expect(miner.templates()).toEqual(clusterLines(lines).templates)

  const later = new TemplateMiner()
  later.restore(miner.snapshot())
  later.add('cache is cold', 99, 5)
  expect(later.templates()[1]).toMatchObject({ text: 'cache is cold', count: 6, first: 8, last: 99 })
  expect(miner.templates()[1]).toMatchObject({ count: 1, last: 8 })
})

test('a miner forgets what it has not seen for longest', () => {
  const letters = [...'abcdefghij']
  const miner = new TemplateMiner(8)
  for (const [at, letter] of letters.slice(0, 8).entries()) miner.add(letter, at)
  miner.add('a', 8)
  miner.add('i', 9)
  expect(
    miner
      .templates()
      .map(template => template.text)
      .toSorted(),
  ).toEqual([...'adefghi'])
})
