// What the bytes of log lines are, and which sets their words belong to. Portable AssemblyScript, for the shape and the header.

/** Small enough to stay in a core's cache. */
export const INPUT_SIZE: i32 = 1 << 16

/** Lines, each with a line feed at its end; one place more for a line feed of ours. Places in it are counted from 0. */
export const INPUT = memory.data(INPUT_SIZE + 1) as i32

// What a byte is; a chunk or a part carries the flags of all its bytes.
export const SPLIT: i32 = 1
export const LETTER: i32 = 2
export const DIGIT: i32 = 4
export const COLON: i32 = 8
export const SLASH: i32 = 16
export const DOT: i32 = 32
export const AT: i32 = 64
export const NAME: i32 = 128 // - and _, which names hold
export const NOT_HEX: i32 = 256
export const FOREIGN: i32 = 512 // outside ASCII: letter or sign, only Unicode's tables know
export const EDGE: i32 = 1024 // stripped around a part
export const QUOTE: i32 = 2048
export const GENERATED: i32 = 4096 // what Kubernetes ends generated names with: no vowels and no 0, 1 or 3
export const PUNCTUATION: i32 = 8192 // splits the words of a quotation that is kept

/** 16 bits of each byte. */
const KIND = memory.data(2 * 256) as i32

function mark(characters: string, flags: i32): void {
  for (let i = 0; i < characters.length; i++) i32.store16(KIND + 2 * characters.charCodeAt(i), flags)
}

function also(characters: string, flags: i32): void {
  for (let i = 0; i < characters.length; i++) {
    const code = characters.charCodeAt(i)
    i32.store16(KIND + 2 * code, kindOf(code) | flags)
  }
}

for (let code = 0; code < 256; code++) i32.store16(KIND + 2 * code, code <= 32 ? SPLIT : code < 128 ? NOT_HEX : FOREIGN | NOT_HEX)
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

export function kindOf(code: i32): i32 {
  return i32.load16_u(KIND + 2 * code)
}

export function byteAt(at: i32): i32 {
  return i32.load8_u(INPUT + at)
}

export function kindAt(at: i32): i32 {
  return kindOf(byteAt(at))
}

export const LINE_FEED: i32 = 10
export const SPACE: i32 = 32
export const DASH: i32 = 45
export const DOT_CODE: i32 = 46
export const COLON_CODE: i32 = 58
export const COMMA: i32 = 44
export const STAR: i32 = 42
export const EQUALS: i32 = 61
export const AT_CODE: i32 = 64
export const BRACE: i32 = 123
export const TILDE: i32 = 126

// The sets a word may belong to.
export const SAYS: i32 = 1 // keys whose value says which message it is, so the value is kept
export const PLAIN_VALUE: i32 = 2
export const UNIT: i32 = 4
export const DATE_TITLE: i32 = 8 // written Mon
export const DATE_UPPER: i32 = 16 // written UTC
export const DOMAIN: i32 = 32
export const LEVEL: i32 = 64 // how grave a line is

const LONGEST: i32 = 12 // milliseconds
const WORD_SLOTS: i32 = 1024 // an eighth full
const WORD_SIZE: i32 = 16 // sets, length, letters
const WORDS = memory.data(WORD_SLOTS * WORD_SIZE) as i32

learn('msg message error err exception reason event action state status level severity lvl code type kind', SAYS)
learn('method op operation cause', SAYS)
learn('true false yes no on off ok', PLAIN_VALUE)
learn('b kb mb gb tb kib mib gib tib byte bytes bit bits ns us ms s sec secs second seconds min mins minute', UNIT)
learn('minutes hr hrs hour hours day days millis millisecond milliseconds microsecond microseconds percent', UNIT)
learn('mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec', DATE_TITLE)
learn('am pm utc gmt pst pdt est edt cst cdt mst mdt cet cest', DATE_UPPER)
learn('trace debug info notice warn warning err error severe critical crit fatal alert emerg panic', LEVEL)
learn('inf dbg wrn ftl', LEVEL)
learn('com net org edu gov io dev app cloud info local internal lan svc arpa', DOMAIN)

/** Adds lower-case words, one space between them, to a set. INPUT is empty still, and holds each while it is looked up. */
function learn(words: string, set: i32): void {
  let length = 0
  for (let i = 0; i <= words.length; i++) {
    const code = i < words.length ? words.charCodeAt(i) : SPACE
    if (code !== SPACE) {
      i32.store8(INPUT + length++, code)
      continue
    }
    const slot = slotOf(0, length)
    i32.store8(WORDS + slot, i32.load8_u(WORDS + slot) | set)
    i32.store8(WORDS + slot + 1, length)
    for (let k = 0; k < length; k++) i32.store8(WORDS + slot + 2 + k, byteAt(k))
    length = 0
  }
}

/** The place of the word in WORDS, or the free one where it would stand. */
function slotOf(start: i32, end: i32): i32 {
  let sum = end - start
  for (let i = start; i < end; i++) sum = (sum * 31 + lower(byteAt(i))) & 0xffffff
  let slot = (sum ^ (sum >> 10)) & (WORD_SLOTS - 1)
  while (i32.load8_u(WORDS + slot * WORD_SIZE) !== 0 && !isWordAt(slot * WORD_SIZE, start, end)) {
    slot = (slot + 1) & (WORD_SLOTS - 1)
  }
  return slot * WORD_SIZE
}

function isWordAt(place: i32, start: i32, end: i32): boolean {
  if (i32.load8_u(WORDS + place + 1) !== end - start) return false
  for (let i = start; i < end; i++) {
    if (i32.load8_u(WORDS + place + 2 + i - start) !== lower(byteAt(i))) return false
  }
  return true
}

function lower(code: i32): i32 {
  return code >= 65 && code <= 90 ? code + 32 : code
}

/** In any case. */
export function setsOf(start: i32, end: i32): i32 {
  return end - start > LONGEST || end === start ? 0 : i32.load8_u(WORDS + slotOf(start, end))
}
