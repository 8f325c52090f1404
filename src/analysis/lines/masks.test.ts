import { expect, test } from 'vitest'
import { hostileUnits, repeated } from '../../../bench/hostile-lines.ts'
import { logLines } from '../../../bench/log-lines.ts'
import { anyLines } from './any-lines.fixture.ts'
import { BUILT_IN, Masks } from './masks.ts'
import { openKernel, plainKernel } from '../wasm/kernel.ts'
import { loads } from '../wasm/loads.fixture.ts'
import * as source from '../wasm/mask.as.ts'

const masks = new Masks()
const plain = new Masks(BUILT_IN, plainKernel(source))

test.each([
  ['10.0.0.7 took 35 ms for /srv/app.yml', '<IP_ADDRESS> took <NUMERIC_VALUE> for <FILE_PATH>'],
  ['2026-01-02T03:04:05.123Z and 2026-01-02 03:04:05,7 +0100', '<TIMESTAMP> and <TIMESTAMP>'],
  ['Dec 10 06:55:46 [10/Nov/2026:13:55:36 +0000] 03/04/2026', '<TIMESTAMP> [<TIMESTAMP>] <TIMESTAMP>'],
  [
    'disk at 95%, 3.5MB of 12 GiB in 1.2s',
    'disk at <NUMERIC_VALUE>, <NUMERIC_VALUE> of <NUMERIC_VALUE> in <NUMERIC_VALUE>',
  ],
  ['pod web-5c7d9f4d8b-kxqzp of web-5c7d9f4d8b', 'pod web-<POD> of web-<POD>'],
  ['fe80::1 2001:db8:0:0:0:0:2:1 ::1 10.1.2.3:443', '<IP_ADDRESS> <IP_ADDRESS> <IP_ADDRESS> <IP_ADDRESS>'],
  ['ann.lee@example.org at https://x.example/y?z=1', '<EMAIL> at <URL>'],
  ['i-0abcdef1234567890 arn:aws:sqs:eu-west-1:1234:jobs', '<AWS_ID> <AWS_ID>'],
  ['job 123e4567-e89b-12d3-a456-426614174000 at 0x7ffE', 'job <UUID> at <MEMORY_ADDR>'],
  ['image "registry" of digest 5d41402abc4b2a76', 'image <STRING> of digest <HEX>'],
  ['a1b x86 v2 plain-words', 'a1b x86 v2 plain-words'],
  ['', ''],
  ['first 1\nsecond 2', 'first <NUMERIC_VALUE>'],
])('masks of %j', (line, expected) => {
  expect(masks.apply(line)).toBe(expected)
})

test('the automaton answers what the rules answer when V8 tries them one by one, byte for byte', () => {
  for (const text of [logLines(2_000), anyLines(10_000, 3)]) {
    for (const line of text.toString('latin1').split('\n')) {
      expect(masks.applyToBlock(Buffer.from(`${line}\n`, 'latin1')).toString('latin1')).toBe(`${byRules(line)}\n`)
    }
  }
})

const WORD = '[A-Za-z0-9_\\x80-\\xff]'
const ORDERED = BUILT_IN.toSorted((a, b) => b.priority - a.priority).map(({ pattern, replacement }) => ({
  matcher: new RegExp(`(?<!${WORD}(?=${WORD}))(?:${pattern})(?!(?<=${WORD})${WORD})`, 'y'),
  replacement,
}))

function byRules(line: string): string {
  let masked = ''
  for (let at = 0; at < line.length; ) {
    const found = ORDERED.find(({ matcher }) => {
      matcher.lastIndex = at
      return matcher.test(line)
    })
    masked += found ? found.replacement : line[at]
    at = found ? found.matcher.lastIndex : at + 1
  }
  return masked
}

test('WebAssembly and the source run as it is answer the same, byte for byte', () => {
  const { memory } = openKernel('mask', source)
  expect(memory, 'node bin/build.mjs wasm was not run').not.toBe(plainKernel(source).memory)
  const text = Buffer.concat([logLines(3_000), anyLines(20_000, 4)])
  for (let at = 0; at < text.length; ) {
    const end = text.lastIndexOf(10, at + 60_000) + 1
    const block = text.subarray(at, end)
    expect(masks.applyToBlock(block).equals(plain.applyToBlock(block)), `block at ${at}`).toBe(true)
    at = end
  }
})

test('rules of a user: priority first, then the longest', () => {
  const rules = [
    { pattern: 'order-[a-z]+', replacement: '<ORDER>', description: 'orders', priority: 50 },
    { pattern: 'order-vip', replacement: '<VIP>', description: 'better orders', priority: 60 },
    { pattern: '(Straße|rue)( \\w+){1,2}', replacement: '<STREET>', description: 'streets', priority: 1 },
  ]
  expect(new Masks(rules).apply('order-abc order-vip order-vips xorder-a Straße am Tor 7')).toBe(
    '<ORDER> <VIP> <ORDER> xorder-a <STREET> 7',
  )
})

test('a rule may put 31 bytes in the place of every byte', () => {
  const dashes = new Masks([{ pattern: '-', replacement: 'x'.repeat(31), description: 'dashes', priority: 1 }])
  const block = Buffer.from(`${'-'.repeat(8_000)}\n`.repeat(8))
  expect(dashes.applyToBlock(block).toString()).toBe(`${'x'.repeat(8_000 * 31)}\n`.repeat(8))
  expect(masks.applyToBlock(Buffer.from('10.0.0.7 took 35 ms\n')).toString()).toBe(
    '<IP_ADDRESS> took <NUMERIC_VALUE>\n',
  )
})

test.each([
  ['(a', 'a ( without its )'],
  ['a)', 'a ) without its ('],
  ['^a', 'an anchor'],
  ['(a)\\1', '\\1 at'],
  ['(?=a)', 'a look-around'],
  ['*', 'nothing to repeat'],
  ['a**', 'a repetition of a repetition'],
  ['a{9,2}', 'out of order'],
  ['[z-a]', 'a range out of order'],
  ['[a', 'an end in the middle'],
  ['([a-z]{200}[0-9]{200}){200}', 'The rules make a table'],
  ['(a|b|c|d)*a(a|b|c|d){18}', 'The rules make a table'],
  ['(((((){256}){256}){256}){256}){256}', 'The rules make a table'],
])('the rule %j is refused with what is wrong', (pattern, reason) => {
  const rule = { pattern, replacement: '', description: 'bad', priority: 1 }
  expect(() => new Masks([rule])).toThrow(reason)
})

test('twice the line is at most 2.5 times the bytes read, for shapes made to be slow', () => {
  for (const unit of hostileUnits) {
    const [half, whole] = [3_500, 7_000].map(length => loads(() => plain.applyToBlock(repeated(unit, length))))
    expect(whole, JSON.stringify(unit)).toBeLessThanOrEqual(2.5 * half!)
  }
  const cut = [32_000, 64_000].map(length => masks.applyToBlock(repeated('a@b.', length)).toString())
  expect(cut[0]).toBe(cut[1])
})
