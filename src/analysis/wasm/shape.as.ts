// The shape of log lines, byte by byte: see `../normalise.ts` for what a shape is. Portable AssemblyScript: compiled to
// WebAssembly, and run as it is where that is missing. Linear in the bytes of a line; holds nothing from line to line.

import {
  INPUT_SIZE,
  INPUT,
  SPLIT,
  LETTER,
  DIGIT,
  COLON,
  SLASH,
  DOT,
  AT,
  NAME,
  NOT_HEX,
  FOREIGN,
  EDGE,
  QUOTE,
  GENERATED,
  PUNCTUATION,
  kindOf,
  byteAt,
  kindAt,
  LINE_FEED,
  SPACE,
  DASH,
  DOT_CODE,
  COLON_CODE,
  COMMA,
  STAR,
  EQUALS,
  AT_CODE,
  BRACE,
  TILDE,
  SAYS,
  PLAIN_VALUE,
  UNIT,
  DATE_TITLE,
  DATE_UPPER,
  DOMAIN,
  setsOf,
} from './bytes.as.ts'
import { headerEnd } from './header.as.ts'

export { INPUT }

/** A shape reads this much of a line (an event may be a megabyte); what tells messages apart stands at the start. */
const SHAPE_LIMIT: i32 = 4000

/** A longer quotation is prose, not a name. */
const QUOTE_LIMIT: i32 = 120

/** A Latin word of letters a to f alone is a number from this length on: `feed` is a word, `deadbeef` is not. */
const HEX_LENGTH: i32 = 8

/** Their shapes, one behind the other: that of line i runs from OFFSETS[i] to OFFSETS[i + 1]. A shape is never longer than its line. */
export const SHAPES = new Uint8Array(2 * INPUT_SIZE)
export const OFFSETS = new Int32Array(INPUT_SIZE + 2)
/** Where each line starts in INPUT, and where the last one ends. */
export const STARTS = new Int32Array(INPUT_SIZE + 2)
/** Two 32-bit hashes of each shape. */
export const HASHES = new Int32Array(2 * INPUT_SIZE + 2)
/** 1 where a line holds a number that may be an HTTP 4xx or 5xx. */
export const STATUSES = new Uint8Array(INPUT_SIZE + 1)
/** A bit for each code point: letters and digits of Unicode. Its last byte is 1 once it is filled. */
export const LETTERS = new Uint8Array(0x110000 / 8 + 1)

const DOUBLE_QUOTE: i32 = 34
const BACKSLASH: i32 = 92

// The line being read.
let began: i32 = 0 // where its shape begins in SHAPES
let out: i32 = 0 // and ends so far
let isStar = false // the last word is *
let dates: i32 = -1 // where in SHAPES the dates begin that are its last words; -1 where it ends in none
let first: i32 = 0 // where it starts in INPUT
let keyStart: i32 = 0 // the JSON key whose value comes next; empty where none does
let keyEnd: i32 = 0
let isJson = false // strings in it have a beginning and an end
let mayReport = false
let lacksLetters = false

/**
 * The shapes of the lines in INPUT, which are `length` bytes with their line feeds; where `isRaw` is 1 they are lines
 * of a file: a `*` stands for what `header.as.ts` takes for a header, and JSON is read as JSON. Returns how many lines there are, or
 * -1 where LETTERS has to be filled first.
 */
export function shapeLines(length: i32, isRaw: i32): i32 {
  let lines = 0
  out = 0
  lacksLetters = false
  OFFSETS[0] = 0
  for (let start = 0; start < length; ) {
    let end = start
    while (byteAt(end) !== LINE_FEED) end++
    STARTS[lines] = start
    readLine(start, end, isRaw !== 0)
    if (lacksLetters) return -1
    hash(OFFSETS[lines] as i32, out, lines)
    STATUSES[lines] = mayReport ? 1 : 0
    lines++
    OFFSETS[lines] = out
    start = end + 1
  }
  STARTS[lines] = length
  return lines
}

/** One-at-a-time by Bob Jenkins (public domain), from two seeds. */
function hash(start: i32, end: i32, line: i32): void {
  let a: i32 = 0x2545f491
  let b: i32 = 0x5bd1e995
  for (let i = start; i < end; i++) {
    const code = unchecked(SHAPES[i]) as i32
    a = (a + code) | 0
    a = (a + (a << 10)) | 0
    a ^= a >>> 6
    b = (b ^ code) | 0
    b = (b + (b << 5)) | 0
    b ^= b >>> 7
  }
  a = (a + (a << 3)) | 0
  a ^= a >>> 11
  HASHES[2 * line] = (a + (a << 15)) | 0
  HASHES[2 * line + 1] = b | 0
}

function readLine(start: i32, lineEnd: i32, isRaw: boolean): void {
  let end = lineEnd
  if (end - start > SHAPE_LIMIT) {
    end = start + SHAPE_LIMIT
    while (end > start && (byteAt(end) & 0xc0) === 0x80) end-- // not within a character
  }
  const behind = byteAt(end)
  INPUT[end] = LINE_FEED
  first = start
  began = out
  isStar = false
  dates = -1
  keyStart = keyEnd = 0
  mayReport = false
  if (isRaw) first = headerEnd(start, end)
  isJson = isRaw && byteAt(first) === BRACE
  if (first > start) star()
  readWords(first)
  INPUT[end] = behind
}

function readWords(start: i32): void {
  for (let at = start; ; ) {
    const from = at
    let flags = 0
    let code = byteAt(at)
    for (let kind = kindOf(code); (kind & SPLIT) === 0; kind = kindOf(code)) {
      flags |= kind
      code = byteAt(++at)
    }
    if ((flags & (LETTER | DIGIT | FOREIGN)) !== 0) chunk(from, at, flags)
    if (code === LINE_FEED) return
    at = (kindOf(code) & QUOTE) !== 0 ? quotation(at, code) : at + 1
  }
}

/** Text between two splitting bytes. */
function chunk(start: i32, end: i32, flags: i32): void {
  const varies = isVariableValue(start)
  if ((flags & DIGIT) !== 0 && !mayReport) lookForStatus(start, end)
  if ((flags & (COLON | AT | EDGE)) === 0) part(start, end, flags, varies, false)
  else if (isAddress(start, end, flags)) star()
  else parts(start, end, varies)
}

/** The one word right after key= or "key":, unless the key is one that says which message it is. */
function isVariableValue(start: i32): boolean {
  let from = keyStart
  let to = keyEnd
  keyStart = keyEnd = 0
  if (from === to && start - first > 1 && byteAt(start - 1) === EQUALS) {
    to = start - 1
    from = keyBefore(to)
  }
  return from !== to && (setsOf(from, to) & SAYS) === 0
}

/** Where the name starts that ends before `equals`. */
function keyBefore(equals: i32): i32 {
  let start = equals
  while (start > first && (kindAt(start - 1) & (LETTER | DIGIT | FOREIGN | NAME)) !== 0) start--
  return start
}

/** A URL, a mail address, a path, a MAC or an IPv6 address. */
function isAddress(start: i32, end: i32, flags: i32): boolean {
  if ((flags & AT) !== 0 && isMailAddress(start, end)) return true
  if ((flags & SLASH) !== 0) return isPath(start, end)
  if ((flags & COLON) === 0 || (flags & (NOT_HEX | FOREIGN)) !== 0) return false
  return count(start, end, COLON) >= 3
}

function count(start: i32, end: i32, flag: i32): i32 {
  let found = 0
  for (let i = start; i < end; i++) if ((kindAt(i) & flag) !== 0) found++
  return found
}

/** x@y.z */
function isMailAddress(start: i32, end: i32): boolean {
  let at = start
  while (byteAt(at) !== AT_CODE) at++
  if (at === start) return false
  let dot = at + 1
  while (dot < end && (kindAt(dot) & (AT | DOT)) === 0) dot++
  return dot > at + 1 && dot + 1 < end && byteAt(dot) === DOT_CODE && (kindAt(dot + 1) & AT) === 0
}

/** /x ./x ../x ~/x C:\x, or two slashes anywhere (as in a URL). */
function isPath(start: i32, end: i32): boolean {
  if (count(start, end, SLASH) >= 2) return true
  let slash = start
  if (byteAt(start) === TILDE) slash = start + 1
  else if ((kindAt(start) & LETTER) !== 0 && start + 1 < end && byteAt(start + 1) === COLON_CODE) slash = start + 2
  else while (slash < start + 2 && byteAt(slash) === DOT_CODE) slash++
  return slash + 1 < end && (kindAt(slash) & SLASH) !== 0
}

/** Splits at colons and at runs of dots, strips what stands around each part. */
function parts(start: i32, end: i32, varies: boolean): void {
  let from = start
  let flags = 0
  for (let at = start; at <= end; at++) {
    const kind = at < end ? kindAt(at) : COLON
    const isBetween = (kind & COLON) !== 0 || ((kind & DOT) !== 0 && at + 1 < end && (kindAt(at + 1) & DOT) !== 0)
    if (!isBetween) {
      flags |= kind
      continue
    }
    if ((flags & (LETTER | DIGIT | FOREIGN)) !== 0) {
      let to = at
      while ((kindAt(from) & EDGE) !== 0) from++
      while ((kindAt(to - 1) & EDGE) !== 0) to--
      part(from, to, flags, varies && from === start, isPort(at, end))
    }
    from = at + 1
    flags = 0
  }
}

/** A colon at `colon`, then two to five digits and no more. */
function isPort(colon: i32, end: i32): boolean {
  if (colon >= end || (kindAt(colon) & COLON) === 0) return false
  let at = colon + 1
  while (at < end && (kindAt(at) & DIGIT) !== 0) at++
  const digits = at - colon - 1
  return digits >= 2 && digits <= 5 && (at === end || (kindAt(at) & COLON) !== 0)
}

function part(start: i32, end: i32, flags: i32, varies: boolean, beforePort: boolean): void {
  if ((flags & DIGIT) !== 0) star()
  else if ((flags & (NOT_HEX | FOREIGN)) === 0 && end - start >= HEX_LENGTH) star()
  else if ((flags & DOT) !== 0 && isHost(start, end, beforePort)) star()
  else if ((flags & NAME) !== 0 && isGenerated(start, end)) star()
  else if (varies && (setsOf(start, end) & PLAIN_VALUE) === 0) star()
  else if ((flags & LETTER) !== 0 || hasForeignLetter(start, end)) word(start, end)
}

/** name.com, name.svc; with a port behind it any dotted name. */
function isHost(start: i32, end: i32, beforePort: boolean): boolean {
  let dot = end - 1
  while (dot > start && byteAt(dot) !== DOT_CODE) dot--
  return dot > start && (beforePort || (setsOf(dot + 1, end) & DOMAIN) !== 0)
}

/** -kxqzp at the end. */
function isGenerated(start: i32, end: i32): boolean {
  if (end - start < 6 || byteAt(end - 6) !== DASH) return false
  for (let i = end - 5; i < end; i++) if ((kindAt(i) & GENERATED) === 0) return false
  return true
}

/** A letter or digit outside ASCII. */
function hasForeignLetter(start: i32, end: i32): boolean {
  for (let i = start; i < end; ) {
    const lead = byteAt(i)
    const more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3 // bytes that follow; 0 also for a stray one
    let point = more === 0 ? 0 : lead & (0x3f >> more)
    for (let k = 1; k <= more && i + k < end; k++) point = (point << 6) | (byteAt(i + k) & 0x3f)
    i += more + 1
    if (point < 128 || point > 0x10ffff) continue
    if ((LETTERS[LETTERS.length - 1] as i32) === 0) {
      lacksLetters = true
      return false
    }
    if ((((LETTERS[point >> 3] as i32) >> (point & 7)) & 1) !== 0) return true
  }
  return false
}

/** A name in quotes varies, except as a JSON key or as the value of a key that says something; returns where to go on. */
function quotation(open: i32, quote: i32): i32 {
  if (isJson && quote === DOUBLE_QUOTE) {
    const behind = jsonString(open)
    if (behind !== open) return behind
  }
  const start = open + 1
  let close = start
  while (byteAt(close) !== quote) {
    const code = byteAt(close)
    if (code === LINE_FEED || code === SPACE || close - start > QUOTE_LIMIT) return start
    close++
  }
  if (!mayReport) lookForStatus(start, close)

  let before = open - 1
  while (before >= first && byteAt(before) === SPACE) before--
  const opener = before >= first ? byteAt(before) : LINE_FEED
  if ((opener === BRACE || opener === COMMA) && (kindAt(close + 1) & COLON) !== 0) {
    keep(start, close)
    keyStart = start
    keyEnd = close
    return close + 1
  }
  let from = 0
  let to = 0
  if (opener === EQUALS) {
    from = keyBefore(before)
    to = before
  } else if (opener === COLON_CODE) {
    from = keyStart
    to = keyEnd
  }
  keyStart = keyEnd = 0
  if ((setsOf(from, to) & SAYS) !== 0) keep(start, close)
  else if (start !== close) star()
  return close + 1
}

/**
 * A string of JSON: a key is kept, of a value its words where its key says something; any other varies. Returns where to
 * go on: `open` where the string has no end.
 */
function jsonString(open: i32): i32 {
  const start = open + 1
  let close = start
  while (byteAt(close) !== DOUBLE_QUOTE) {
    if (byteAt(close) === BACKSLASH && byteAt(close + 1) !== LINE_FEED) close++
    else if (byteAt(close) === LINE_FEED) {
      isJson = false // looking for its end again at every quote would be quadratic
      return open
    }
    close++
  }
  if ((kindAt(close + 1) & COLON) !== 0) {
    keep(start, close)
    keyStart = start
    keyEnd = close
    return close + 1
  }
  const says = (setsOf(keyStart, keyEnd) & SAYS) !== 0
  keyStart = keyEnd = 0
  if (!mayReport) lookForStatus(start, close)
  if (!says && start !== close) star()
  if (!says) return close + 1
  isJson = false
  INPUT[close] = LINE_FEED
  readWords(start)
  INPUT[close] = DOUBLE_QUOTE
  isJson = true
  keyStart = keyEnd = 0
  return close + 1
}

/** The words of a quotation; it may hold splitting bytes of its own. */
function keep(start: i32, end: i32): void {
  let from = start
  let flags = 0
  for (let at = start; at <= end; at++) {
    const kind = at < end ? kindAt(at) : PUNCTUATION
    if ((kind & PUNCTUATION) === 0) {
      flags |= kind
      continue
    }
    if ((flags & DIGIT) !== 0) star()
    else if ((flags & LETTER) !== 0 || ((flags & FOREIGN) !== 0 && hasForeignLetter(from, at))) word(from, at)
    from = at + 1
    flags = 0
  }
}

function word(start: i32, end: i32): void {
  const dated = isDate(start, end)
  if (isStar && (dated || (setsOf(start, end) & UNIT) !== 0)) return
  separate()
  if (!dated) dates = -1
  else if (dates < 0) dates = out
  let to = out // a variable of the function: one of the module is read and written anew for each byte
  for (let i = start; i < end; i++) unchecked((SHAPES[to++] = byteAt(i)))
  out = to
  isStar = false
}

/** Dates belong to the number beside them. */
function star(): void {
  if (dates >= 0) {
    out = dates
    dates = -1
    if (out > began) out--
  }
  if (isStar) return
  separate()
  put(STAR)
  isStar = true
}

function put(code: i32): void {
  unchecked((SHAPES[out++] = code))
}

function separate(): void {
  if (out > began) put(SPACE)
}

function isDate(start: i32, end: i32): boolean {
  const initial = byteAt(start)
  if (end - start > 4 || end - start < 2 || initial < 65 || initial > 90) return false
  const sets = setsOf(start, end)
  if ((sets & (DATE_TITLE | DATE_UPPER)) === 0) return false
  for (let i = start + 1; i < end; i++) {
    const isUpper = byteAt(i) <= 90
    if (isUpper !== ((sets & DATE_UPPER) !== 0)) return false
  }
  return true
}

/** 4xx or 5xx that is no part of a longer number, name, version or time. What says that it is one, `status-code.ts` asks. */
function lookForStatus(start: i32, end: i32): void {
  for (let at = start; at + 3 <= end; at++) {
    const code = byteAt(at)
    if (code !== 52 && code !== 53) continue
    if ((kindAt(at + 1) & DIGIT) === 0 || (kindAt(at + 2) & DIGIT) === 0) continue
    if (at > first && (kindAt(at - 1) & (LETTER | DIGIT | NAME | DOT)) !== 0) continue
    const next = kindAt(at + 3)
    if ((next & (LETTER | DIGIT | NAME)) !== 0) continue
    if ((next & (DOT | COLON)) !== 0 && (kindAt(at + 4) & DIGIT) !== 0) continue
    mayReport = true
    return
  }
}
