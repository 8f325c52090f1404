// Lines of any bytes, in pieces cut anywhere, and rules of any form, each seeded: kernels answer as their sources do, a file
// gives the same however it comes, and a rule matches what V8 says it matches.
import { expect, test } from 'vitest'
import { anyLines } from './any-lines.fixture.ts'
import { below, fuzz, type Random } from '../fuzz.fixture.ts'
import { LineBlocks } from './line-blocks.ts'
import type { LineRules } from './line-rules.ts'
import { BUILT_IN, Masks } from './masks.ts'
import { ShapeReader } from '../normalise.ts'
import { type Clustered, FileMiner } from './templates.ts'
import { plainKernel } from '../wasm/kernel.ts'
import * as maskSource from '../wasm/mask.as.ts'
import { areShapesSame } from '../wasm/shapes.fixture.ts'

const LINES = 100_000
const text = anyLines(LINES, 5)

test('100,000 lines: shapes of WebAssembly and of its source are the same, byte for byte', () => {
  inBlocks(text, block => expect(areShapesSame(block)).toBe(true))
})

test('100,000 lines: masks of WebAssembly and of their source are the same, byte for byte', () => {
  const [compiled, plain] = [new Masks(), new Masks(BUILT_IN, plainKernel(maskSource))]
  inBlocks(text, block => expect(compiled.applyToBlock(block).equals(plain.applyToBlock(block))).toBe(true))
})

test('100,000 lines: a shape is words or stars with one space between, and has one key', () => {
  const keys = new Map<string, number>()
  let [lines, at] = [0, 0]
  const reader = new ShapeReader(line => {
    const shape = line.shape()
    if (shape !== shape.trim() || shape.includes('  ') || shape.includes('* *')) throw new Error(`shape ${shape}`)
    if (!shape.includes('\ufffd')) {
      // bytes that are no UTF-8 look alike in text
      if ((keys.get(shape) ?? line.key) !== line.key) throw new Error(`two keys of ${shape}`)
      keys.set(shape, line.key)
    }
    const end = text.indexOf(10, at)
    if (line.text() !== text.toString('utf8', at, end).replace(/\r$/, '')) throw new Error(`text of line ${lines}`)
    at = end + 1
    lines++
  })
  reader.push(text)
  reader.end()
  expect(lines).toBe(LINES)
  expect(new Set(keys.values()).size).toBe(keys.size)
})

test('100,000 lines in files: cut anywhere, with masks and without, each gives what it gives as a whole', () => {
  const masks = new Masks()
  fuzz(100, random => {
    const lines = below(random, 2_000)
    const file = anyLines(lines, below(random, 1e9)).subarray(0, random() < 0.5 ? undefined : -1)
    const given: LineRules = { masks: random() < 0.5 ? masks : undefined, isNoise: undefined }
    const whole = mined([file], given)
    expect(mined(cut(file, random), given).templates).toEqual(whole.templates)
    const unended = file.length > 0 && file.at(-1) !== 10 ? 1 : 0
    expect(whole.lines).toBe(file.filter(byte => byte === 10).length + unended)
    expect(whole.templates.reduce((sum, { count }) => sum + count, 0)).toBe(whole.lines)
    for (const { first, last, id } of whole.templates) {
      expect([whole.templateOf(first)?.id, whole.templateOf(last)?.id]).toEqual([id, id])
    }
  })
})

function mined(pieces: readonly Uint8Array[], rules: LineRules): Clustered {
  const miner = new FileMiner(rules)
  for (const piece of pieces) miner.push(piece)
  return miner.end()
}

/** Pieces of no byte, of one, and of many. */
function cut(file: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = []
  const most = random() < 0.3 ? 3 : 100_000
  for (let at = 0; at < file.length; at += pieces.at(-1)!.length) {
    pieces.push(file.subarray(at, at + below(random, most)))
  }
  return pieces
}

test('3,000 rules of any form match what V8 says: at each place the longest that begins and ends at a word', () => {
  fuzz(3_000, random => {
    const pattern = anyPattern(random, 3)
    const masks = masksOf(pattern)
    if (!masks) return
    for (let line = 0; line < 3; line++) {
      const bytes = Buffer.from(Array.from({ length: below(random, 16) }, () => BYTES[below(random, BYTES.length)]!))
      const masked = masks.applyToBlock(Buffer.concat([bytes, Buffer.of(10)])).toString('latin1')
      const expected = longest(pattern, bytes.toString('latin1'))
      if (masked !== `${expected}\n`) throw new Error(`/${pattern}/ in ${JSON.stringify(bytes.toString('latin1'))}`)
    }
  })
})

const BYTES = Buffer.from('aabb01-/:@ .\t\r\xe9', 'latin1')
const ATOMS = [
  'a',
  'b',
  '0',
  '-',
  '/',
  ':/',
  '@',
  ' ',
  '.',
  '\\d',
  '\\w',
  '\\W',
  '[ab]',
  '[^a]',
  '[0-9a-f]',
  '\\.',
  '\\xe9',
]
const TIMES = ['*', '+', '?', '{2}', '{2,}', '{1,3}']

function anyPattern(random: Random, depth: number): string {
  const parts = Array.from({ length: 1 + below(random, 3) }, () => {
    const isGroup = depth > 0 && random() < 0.3
    const part = isGroup ? `(${anyPattern(random, depth - 1)})` : ATOMS[below(random, ATOMS.length)]!
    return part + (random() < 0.3 ? TIMES[below(random, TIMES.length)]! : '')
  })
  return random() < 0.2 && depth > 0 ? `${parts.join('')}|${anyPattern(random, depth - 1)}` : parts.join('')
}

function longest(pattern: string, line: string): string {
  const whole = new RegExp(`^(?:${pattern})$`, 's')
  const isWithin = (at: number) => /^[\w\x80-\xff]{2}$/.test(line.slice(Math.max(at - 1, 0), at + 1))
  const ends = (from: number) => Array.from({ length: line.length - from }, (_, i) => line.length - i)
  let masked = ''
  for (let at = 0; at < line.length; ) {
    const from = at
    const end = isWithin(at) ? undefined : ends(at).find(to => !isWithin(to) && whole.test(line.slice(from, to)))
    masked += end === undefined ? line[at] : '#'
    at = end ?? at + 1
  }
  return masked
}

test('20,000 texts as rules: each is followed, or refused as not valid', () => {
  fuzz(20_000, random => {
    const pattern = Array.from({ length: below(random, 8) }, () => SIGNS[below(random, SIGNS.length)]).join('')
    expect(masksOf(pattern)?.apply('a1 b')).not.toBe('')
  })
})

/** Undefined where the rule is refused. */
function masksOf(pattern: string): Masks | undefined {
  try {
    return new Masks([{ pattern, replacement: '#', description: 'any', priority: 1 }])
  } catch (cause) {
    expect(cause).toMatchObject({ code: 'validation' })
    return undefined
  }
}

const SIGNS = [...'()[]{}|*+?\\^$.-,:aZ09é🔥\n\0', '{2,5}', '\\x', '\\d', '(?:', '[^', '{300}', '\ud800']

function inBlocks(lines: Uint8Array, take: (block: Buffer) => void): void {
  const blocks = new LineBlocks(take)
  blocks.push(lines)
  blocks.end()
}
