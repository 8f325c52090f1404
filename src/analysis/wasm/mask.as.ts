// Replaces what the patterns of an automaton match in log lines: see `../lines/masks.ts`. Portable AssemblyScript.
// Sixteen bytes at a time are asked whether a match may begin there; only where one may does the automaton take its steps,
// at most LONGEST_MATCH of them, so the time for a line is linear in its length.

const INPUT_SIZE: i32 = 1 << 16
const LINE_LIMIT: i32 = 8192 // the rest of a longer line is dropped
const LONGEST_MATCH: i32 = 256
const REPLACEMENT_SIZE: i32 = 32
const MOST_RULES: i32 = 255
const TABLE_SIZE: i32 = 1 << 20

/** Bytes that are read or written behind the last one, sixteen at a time. */
const SLACK: i32 = 64

/** Lines, each with a line feed at its end; one place more for a line feed of ours. */
export const INPUT = memory.data(INPUT_SIZE + 1 + SLACK) as i32
/** The lines, rewritten, each with its line feed: every byte can become a replacement. */
export const OUTPUT = memory.data(INPUT_SIZE * REPLACEMENT_SIZE + SLACK) as i32

/** The automaton: see `../lines/byte-automaton.ts`. Of 16 and of 32 bits. */
export const COLUMN_OF = memory.data(2 * 256) as i32
export const TABLE = memory.data(4 * TABLE_SIZE) as i32
/** Two filters, see `../lines/byte-prefilter.ts`: for lines that hold a sign, and for the others. */
export const FILTERS = memory.data(2 * 96) as i32
/** Of rule r from 1: its length at r * 32, its bytes behind. */
export const REPLACEMENTS = memory.data((MOST_RULES + 1) * REPLACEMENT_SIZE) as i32

const FILTER_SIZE: i32 = 96
const NO_RULE: i32 = 256
const LINE_FEED: i32 = 10

/** What a word is made of: letters and digits of ASCII, the low line, and all bytes outside ASCII. */
const IS_WORD = memory.data(256) as i32
/** The same of ASCII for sixteen bytes at a time: by the low half of a byte a bit for each high half, and that bit. */
const WORD_TABLES = memory.data(32) as i32
for (let code = 0; code < 256; code++) {
  const isDigit = code >= 48 && code <= 57
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
  if (!isDigit && !isLetter && code !== 95 && code < 128) continue
  i32.store8(IS_WORD + code, 1)
  if (code >= 128) continue
  const low = WORD_TABLES + (code & 15)
  const bit = 1 << (code >> 4)
  i32.store8(low, i32.load8_u(low) | bit)
  i32.store8(WORD_TABLES + 16 + (code >> 4), bit)
}

let begin: i32 = 0 // in TABLE, for this line
let filter: i32 = 0
let matchEnd: i32 = 0
let wasWord: i32 = 0 // 1 where the byte before the next sixteen is of a word

/**
 * Rewrites the lines in INPUT, `length` bytes with their line feeds; returns how many bytes of OUTPUT they became.
 * A line with @ or :/ in it begins at the place `start` of the automaton, any other at `startWithoutSigns`.
 */
export function maskLines(length: i32, start: i32, startWithoutSigns: i32): i32 {
  let out = OUTPUT
  for (let first = INPUT; first < INPUT + length; ) {
    let hasSign = false
    let feeds: i32 = 0
    let end = first
    for (; ; end += 16) {
      const bytes = v128.load(end)
      feeds = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(10)))
      const slashes = i8x16.eq(v128.load(end, 1), i8x16.splat(47))
      const colons = i8x16.eq(bytes, i8x16.splat(58))
      const signs = v128.or(i8x16.eq(bytes, i8x16.splat(64)), v128.and(colons, slashes))
      if (i8x16.bitmask(signs) !== 0) hasSign = true
      if (feeds !== 0) break
    }
    end += i32.ctz(feeds)
    begin = hasSign ? start : startWithoutSigns
    filter = hasSign ? FILTERS : FILTERS + FILTER_SIZE
    const limit = end - first > LINE_LIMIT ? first + LINE_LIMIT : end
    const behind = i32.load8_u(limit)
    i32.store8(limit, LINE_FEED)
    out = maskLine(first, limit, out)
    i32.store8(limit, behind)
    i32.store8(out++, LINE_FEED)
    first = end + 1
  }
  return out - OUTPUT
}

/** Writes the line from `out` on; returns where it ends. */
function maskLine(start: i32, end: i32, out: i32): i32 {
  let to = out
  let copied = start // so far
  wasWord = 0
  for (let chunk = start; chunk < end; ) {
    let next = chunk + 16
    for (let begins = beginsIn(chunk); begins !== 0; begins &= begins - 1) {
      const at = chunk + i32.ctz(begins)
      if (at < copied) continue
      if (at >= end) break
      const rule = matchAt(at, end)
      if (rule === NO_RULE) continue
      to = copy(copied, at, to)
      const from = REPLACEMENTS + rule * REPLACEMENT_SIZE
      v128.store(to, v128.load(from, 1))
      v128.store(to, v128.load(from, 16), 15)
      to += i32.load8_u(from)
      copied = matchEnd
      if (matchEnd < next) continue
      next = matchEnd // never within a word
      wasWord = 0
      break
    }
    chunk = next
  }
  return copy(copied, end, to)
}

/** A bit for each of the sixteen bytes at `at`: whether a match may begin there. It never begins within a word. */
function beginsIn(at: i32): i32 {
  const bytes = v128.load(at)
  const may = v128.and(
    v128.and(inSets(bytes, filter), inSets(v128.load(at, 1), filter + 32)),
    inSets(v128.load(at, 2), filter + 64),
  )
  const words = nonZero(inSets(bytes, WORD_TABLES)) | i8x16.bitmask(bytes)
  const within = words & ((words << 1) | wasWord)
  wasWord = words >> 15
  return nonZero(may) & ~within
}

/** A bit for each of eight sets that a byte is in, by its two halves. */
function inSets(bytes: v128, tables: i32): v128 {
  const low = i8x16.swizzle(v128.load(tables), v128.and(bytes, i8x16.splat(15)))
  return v128.and(low, i8x16.swizzle(v128.load(tables, 16), i8x16.shr_u(bytes, 4)))
}

function nonZero(bytes: v128): i32 {
  return i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) ^ 0xffff
}

/** The bytes from `from` up to `end` to `to`, and some more behind; returns where they end. */
function copy(from: i32, end: i32, to: i32): i32 {
  for (let at = from; at < end; at += 16) v128.store(to + at - from, v128.load(at))
  return to + end - from
}

/** The rule that matches from `at` on: the most important one, at its longest, that does not end within a word; or NO_RULE. */
function matchAt(at: i32, end: i32): i32 {
  const limit = end - at > LONGEST_MATCH ? at + LONGEST_MATCH : end
  let rule = NO_RULE
  let place = begin
  let code = i32.load8_u(at)
  for (let i = at; i < limit; ) {
    place = i32.load(TABLE + place + i32.load16_u(COLUMN_OF + 2 * code))
    if (place === 0) break
    const next = i32.load8_u(++i)
    const accepted = i32.load(TABLE + place)
    const within = i32.load8_u(IS_WORD + code) & i32.load8_u(IS_WORD + next)
    const isBetter = accepted <= rule && within === 0
    rule = isBetter ? accepted : rule
    matchEnd = isBetter ? i : matchEnd
    code = next
  }
  return rule
}
