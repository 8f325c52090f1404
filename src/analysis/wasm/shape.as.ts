// The shape of log lines, byte by byte: see `../normalise.ts` for what a shape is. Portable AssemblyScript: compiled to
// WebAssembly, and run as it is where that is missing. Linear in the bytes of a line; holds nothing from line to line.

/** A shape reads this much of a line (an event may be a megabyte); what tells messages apart stands at the start. */
const SHAPE_LIMIT: i32 = 4000

/** A longer quotation is prose, not a name. */
const QUOTE_LIMIT: i32 = 120

/** A Latin word of letters a to f alone is a number from this length on: `feed` is a word, `deadbeef` is not. */
const HEX_LENGTH: i32 = 8

/** Small enough to stay in a core's cache. */
const INPUT_SIZE: i32 = 1 << 16

/** Lines, each with a line feed at its end; one place more for a line feed of ours. */
export const INPUT = new Uint8Array(INPUT_SIZE + 1)
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

// What a byte is; a chunk or a part carries the flags of all its bytes.
const SPLIT: i32 = 1
const LETTER: i32 = 2
const DIGIT: i32 = 4
const COLON: i32 = 8
const SLASH: i32 = 16
const DOT: i32 = 32
const AT: i32 = 64
const NAME: i32 = 128 // - and _, which names hold
const NOT_HEX: i32 = 256
const FOREIGN: i32 = 512 // outside ASCII: letter or sign, only Unicode's tables know
const EDGE: i32 = 1024 // stripped around a part
const QUOTE: i32 = 2048
const GENERATED: i32 = 4096 // what Kubernetes ends generated names with: no vowels and no 0, 1 or 3
const PUNCTUATION: i32 = 8192 // splits the words of a quotation that is kept

const KIND = new Uint16Array(256)

function mark(characters: string, flags: i32): void {
  for (let i = 0; i < characters.length; i++) KIND[characters.charCodeAt(i)] = flags
}

function also(characters: string, flags: i32): void {
  for (let i = 0; i < characters.length; i++) {
    const code = characters.charCodeAt(i)
    KIND[code] = kindOf(code) | flags
  }
}

for (let code = 0; code < 256; code++) KIND[code] = code <= 32 ? SPLIT : code < 128 ? NOT_HEX : FOREIGN | NOT_HEX
mark(',;"\'`()[]{}<>|=\x7f', SPLIT)
also(',;"\'`()[]{}<>|=', PUNCTUATION)
also('"\'`', QUOTE)
mark('abcdefABCDEF', LETTER)
mark('ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ', LETTER | NOT_HEX)
mark('0123456789', DIGIT)
also('bcdfghjklmnpqrstvwxz2456789', GENERATED)
mark('-_', NAME | NOT_HEX)
mark('*!?&^~#$', EDGE | NOT_HEX)
mark('/\\', EDGE | SLASH | NOT_HEX)
mark('.', EDGE | DOT | NOT_HEX)
mark(':', COLON)
mark('@', AT | NOT_HEX)

function kindOf(code: i32): i32 {
  return unchecked(KIND[code]) as i32
}

function byteAt(at: i32): i32 {
  return unchecked(INPUT[at]) as i32
}

function kindAt(at: i32): i32 {
  return kindOf(byteAt(at))
}

const LINE_FEED: i32 = 10
const SPACE: i32 = 32
const DASH: i32 = 45
const DOT_CODE: i32 = 46
const COLON_CODE: i32 = 58
const COMMA: i32 = 44
const STAR: i32 = 42
const EQUALS: i32 = 61
const AT_CODE: i32 = 64
const BRACE: i32 = 123
const TILDE: i32 = 126

// The sets a word may belong to.
const SAYS: i32 = 1 // keys whose value says which message it is, so the value is kept
const PLAIN_VALUE: i32 = 2
const UNIT: i32 = 4
const DATE_TITLE: i32 = 8 // written Mon
const DATE_UPPER: i32 = 16 // written UTC
const DOMAIN: i32 = 32

const LONGEST: i32 = 12 // milliseconds
const WORD_SLOTS: i32 = 1024 // an eighth full
const WORD_SIZE: i32 = 16 // sets, length, letters
const WORDS = new Uint8Array(WORD_SLOTS * WORD_SIZE)

learn('msg message error err exception reason event action state status level severity lvl code type kind', SAYS)
learn('method op operation cause', SAYS)
learn('true false yes no on off ok', PLAIN_VALUE)
learn('b kb mb gb tb kib mib gib tib byte bytes bit bits ns us ms s sec secs second seconds min mins minute', UNIT)
learn('minutes hr hrs hour hours day days millis millisecond milliseconds microsecond microseconds percent', UNIT)
learn('mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec', DATE_TITLE)
learn('am pm utc gmt pst pdt est edt cst cdt mst mdt cet cest', DATE_UPPER)
learn('com net org edu gov io dev app cloud info local internal lan svc arpa', DOMAIN)

/** Adds lower-case words, one space between them, to a set. INPUT is empty still, and holds each while it is looked up. */
function learn(words: string, set: i32): void {
  let length = 0
  for (let i = 0; i <= words.length; i++) {
    const code = i < words.length ? words.charCodeAt(i) : SPACE
    if (code !== SPACE) {
      INPUT[length++] = code
      continue
    }
    const slot = slotOf(0, length)
    WORDS[slot] = (unchecked(WORDS[slot]) as i32) | set
    WORDS[slot + 1] = length
    for (let k = 0; k < length; k++) WORDS[slot + 2 + k] = byteAt(k)
    length = 0
  }
}

/** The place of the word in WORDS, or the free one where it would stand. */
function slotOf(start: i32, end: i32): i32 {
  let sum = end - start
  for (let i = start; i < end; i++) sum = (sum * 31 + lower(byteAt(i))) & 0xffffff
  let slot = (sum ^ (sum >> 10)) & (WORD_SLOTS - 1)
  while ((unchecked(WORDS[slot * WORD_SIZE]) as i32) !== 0 && !isWordAt(slot * WORD_SIZE, start, end)) {
    slot = (slot + 1) & (WORD_SLOTS - 1)
  }
  return slot * WORD_SIZE
}

function isWordAt(place: i32, start: i32, end: i32): boolean {
  if ((unchecked(WORDS[place + 1]) as i32) !== end - start) return false
  for (let i = start; i < end; i++) {
    if ((unchecked(WORDS[place + 2 + i - start]) as i32) !== lower(byteAt(i))) return false
  }
  return true
}

function lower(code: i32): i32 {
  return code >= 65 && code <= 90 ? code + 32 : code
}

/** In any case. */
function setsOf(start: i32, end: i32): i32 {
  return end - start > LONGEST || end === start ? 0 : (unchecked(WORDS[slotOf(start, end)]) as i32)
}

// The line being read.
let began: i32 = 0 // where its shape begins in SHAPES
let out: i32 = 0 // and ends so far
let isStar = false // the last word is *
let dates: i32 = -1 // where in SHAPES the dates begin that are its last words; -1 where it ends in none
let first: i32 = 0 // where it starts in INPUT
let keyStart: i32 = 0 // the JSON key whose value comes next; empty where none does
let keyEnd: i32 = 0
let mayReport = false
let lacksLetters = false

/**
 * The shapes of the lines in INPUT, which are `length` bytes with their line feeds. Returns how many lines there are, or
 * -1 where LETTERS has to be filled first.
 */
export function shapeLines(length: i32): i32 {
  let lines = 0
  out = 0
  lacksLetters = false
  OFFSETS[0] = 0
  for (let start = 0; start < length; ) {
    let end = start
    while (byteAt(end) !== LINE_FEED) end++
    STARTS[lines] = start
    readLine(start, end)
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

function readLine(start: i32, lineEnd: i32): void {
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
  readWords(start)
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
  for (let i = start; i < end; i++) put(byteAt(i))
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
