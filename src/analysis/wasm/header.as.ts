// Where the message of a log line begins: behind its header of moment, level, thread, logger, host and process. Portable
// AssemblyScript. Known by form, from what logging libraries write: a line that does not begin with a moment has none.
//   2026-01-02 03:04:05,678 INFO [main] a.b.Cart: message      2026-01-02 03:04:05 [pool-1] WARN a.b.Cart - message
//   01-02 03:04:05.678 1702 2395 D Cart: message               Jan  2 03:04:05 host sshd[24200]: message
import { AT, byteAt, COLON, DIGIT, DOT, FOREIGN, kindAt, LETTER, LEVEL, NAME, setsOf, SPACE } from './bytes.as.ts'
import { COLON_CODE, DASH, DATE_TITLE } from './bytes.as.ts'

/** A header is no longer than this, and of no more words before its level. */
const HEADER_LIMIT: i32 = 320
const MOST_WORDS: i32 = 12

const OPEN: i32 = 91 // [
const CLOSE: i32 = 93 // ]
const DOLLAR: i32 = 36
const TAB: i32 = 9

/** Where the message begins; `start` where no header is found, or nothing stands behind it. */
export function headerEnd(start: i32, lineEnd: i32): i32 {
  const end = lineEnd - start > HEADER_LIMIT ? start + HEADER_LIMIT : lineEnd
  const level = behindLevel(start, end)
  const found = level > start ? behindLogger(behindBrackets(level, end), end) : behindProcess(start, end)
  return found < lineEnd ? found : start
}

/** Behind the level, if all that stands before it is of a header and some of it a moment; otherwise `start`. */
function behindLevel(start: i32, end: i32): i32 {
  let hasMoment = false
  let wasMoment = false
  let at = start
  for (let words = 0; words < MOST_WORDS; words++) {
    at = skipSpaces(at, end)
    if (at >= end) return start
    const isBracketed = byteAt(at) === OPEN
    const to = wordEnd(at, end)
    if (hasMoment && isLevel(at, to, isBracketed || wasMoment)) return to
    const from = isBracketed ? at + 1 : at
    wasMoment = isMoment(from, to)
    hasMoment = hasMoment || wasMoment
    const close = isBracketed && !wasMoment && !isDateWord(from, to) ? bracketEnd(at, end) : to
    if (close === to && !wasMoment && !isOfHeader(from, to)) return start
    at = close
  }
  return start
}

function skipSpaces(start: i32, end: i32): i32 {
  let at = start
  while (at < end && (byteAt(at) === SPACE || byteAt(at) === TAB)) at++
  return at
}

/** Words end at spaces. */
function wordEnd(start: i32, end: i32): i32 {
  let at = start
  while (at < end && byteAt(at) !== SPACE && byteAt(at) !== TAB) at++
  return at
}

/** Four digits or more, with hardly a letter (T and Z), and not four numbers with dots: a date, a time, or both. */
function isMoment(start: i32, end: i32): boolean {
  let digits = 0
  let letters = 0
  let dots = 0
  let dashes = 0
  for (let i = start; i < end && letters <= 2; i++) {
    const kind = kindAt(i)
    digits += (kind & DIGIT) !== 0 ? 1 : 0
    letters += (kind & (LETTER | FOREIGN)) !== 0 ? 1 : 0
    dots += (kind & DOT) !== 0 ? 1 : 0
    dashes += byteAt(i) === DASH ? 1 : 0
  }
  return digits >= 4 && letters <= 2 && (dots !== 3 || dashes > 0)
}

function isDateWord(start: i32, end: i32): boolean {
  return end - start === 3 && (setsOf(start, end) & DATE_TITLE) !== 0
}

/** A level in capitals, or one of any case in brackets or right behind the moment; Android's are single letters. */
function isLevel(start: i32, end: i32, isSure: boolean): boolean {
  let from = start
  let to = end
  while (from < to && (kindAt(from) & LETTER) === 0) from++
  while (to > from && (kindAt(to - 1) & LETTER) === 0) to--
  if (from - start > 1 || end - to > 1 || from === to) return false
  if (to - from === 1) return end - start === 1 && isLetterLevel(byteAt(from))
  if ((setsOf(from, to) & LEVEL) === 0) return false
  return isSure || (byteAt(from) <= 90 && byteAt(to - 1) <= 90)
}

function isLetterLevel(code: i32): boolean {
  return code === 86 || code === 68 || code === 73 || code === 87 || code === 69 || code === 70 // V D I W E F
}

/** A number, a name with digits, a day or month, a word in capitals, or no word at all. */
function isOfHeader(start: i32, end: i32): boolean {
  if (isDateWord(start, end)) return true
  let hasSmall = false
  for (let i = start; i < end; i++) {
    if ((kindAt(i) & DIGIT) !== 0) return true
    if (byteAt(i) >= 97 && (kindAt(i) & (LETTER | FOREIGN)) !== 0) hasSmall = true
  }
  return !hasSmall
}

/** Behind the bracket that closes the one at `open`, and what ends it: `open` where none does. */
function bracketEnd(open: i32, end: i32): i32 {
  let depth = 0
  for (let at = open; at < end; at++) {
    const code = byteAt(at)
    if (code === OPEN) depth++
    if (code === CLOSE && --depth === 0) {
      const next = at + 1 < end && byteAt(at + 1) === COLON_CODE ? at + 2 : at + 1
      return next < end && byteAt(next) !== SPACE ? open : next
    }
  }
  return open
}

/** Threads and the like in brackets, and the dashes and colons between the fields. */
function behindBrackets(start: i32, end: i32): i32 {
  let at = skipSpaces(start, end)
  for (let fields = 0; fields < 4 && at < end; fields++) {
    const to = byteAt(at) === OPEN ? bracketEnd(at, end) : behindRule(at, end)
    const next = skipSpaces(to, end)
    if (to === at || next >= end) break
    at = next
  }
  return at
}

/** Behind a word of dashes or colons alone, with a number before it where there is one (Spring: 4242 ---). */
function behindRule(start: i32, end: i32): i32 {
  let at = start
  while (at < end && (kindAt(at) & DIGIT) !== 0) at++
  const from = at > start ? skipSpaces(at, end) : at
  let to = from
  while (to < end && (byteAt(to) === DASH || byteAt(to) === COLON_CODE)) to++
  return to > from && to < end && byteAt(to) === SPACE ? to : start
}

/** A name like a.b.Cart or CartService, ended by a colon, by a dash or colon of its own, or by something in brackets. */
function behindLogger(start: i32, end: i32): i32 {
  let at = start
  let isName = false
  while (at < end && (kindAt(at) & (LETTER | DIGIT | NAME | DOT | AT)) !== 0 || (at < end && byteAt(at) === DOLLAR)) {
    const joins = (kindAt(at) & (LETTER | DIGIT)) === 0
    const rises = at > start && byteAt(at) <= 90 && (kindAt(at) & LETTER) !== 0 && byteAt(at - 1) >= 97
    if (joins || rises) isName = true
    at++
  }
  if (at === start || !isName) return start
  const hasColon = at < end && (kindAt(at) & COLON) !== 0
  const sign = hasColon ? at : skipSpaces(at, end)
  if (sign > at && sign < end && byteAt(sign) === OPEN) return behindBrackets(sign, end)
  if (sign >= end || (byteAt(sign) !== COLON_CODE && byteAt(sign) !== DASH)) return start
  const next = skipSpaces(sign + 1, end)
  return next > sign + 1 ? next : start
}

/** Of syslog (RFC 3164): month, day, time, host, process; a collector may have put words of its own before. */
function behindProcess(start: i32, end: i32): i32 {
  let at = skipSpaces(start, end)
  for (let words = 0; !isDateWord(at, wordEnd(at, end)); words++) {
    if (at >= end || words === MOST_WORDS || !isOfHeader(at, wordEnd(at, end))) return start
    at = behindWord(at, end)
  }
  const clock = behindWord(behindWord(at, end), end)
  const process = behindWord(behindWord(clock, end), end)
  const to = wordEnd(process, end)
  if (process >= end || !isMoment(clock, wordEnd(clock, end))) return start
  return byteAt(to - 1) === COLON_CODE && (kindAt(process) & LETTER) !== 0 ? skipSpaces(to, end) : start
}

function behindWord(start: i32, end: i32): i32 {
  return skipSpaces(wordEnd(start, end), end)
}
