// The message of a line: its chunks, its quotations, and what JSON and key=value say about the word behind. Portable
// AssemblyScript. Linear: no byte is read again but those of one quotation, key or chunk.
import {
  BRACE,
  byteAt,
  COLON,
  COLON_CODE,
  COMMA,
  DIGIT,
  EQUALS,
  FOREIGN,
  INPUT,
  kindAt,
  kindOf,
  LETTER,
  LINE_FEED,
  NAME,
  PUNCTUATION,
  QUOTE,
  SAYS,
  setsOf,
  SPACE,
  SPLIT,
} from './bytes.as.ts'
import { chunk } from './chunk.as.ts'
import { hasForeignLetter } from './letters.as.ts'
import { mayReportStatus } from './status.as.ts'
import { star, word } from './written.as.ts'

/** A longer quotation is prose, not a name. */
const QUOTE_LIMIT: i32 = 120

const DOUBLE_QUOTE: i32 = 34
const BACKSLASH: i32 = 92

let first: i32 = 0 // where the message starts in INPUT
let keyStart: i32 = 0 // the JSON key whose value comes next; empty where none does
let keyEnd: i32 = 0
let isJson = false // strings in it have a beginning and an end
let mayReport = false

/** Writes the shape of what begins at `start` and ends at a line feed; whether it may report an HTTP status. */
export function readMessage(start: i32, mayBeJson: boolean): boolean {
  first = start
  keyStart = keyEnd = 0
  isJson = mayBeJson && byteAt(start) === BRACE
  mayReport = false
  readWords(start)
  return mayReport
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
    if ((flags & DIGIT) !== 0) lookForStatus(from, at)
    if ((flags & (LETTER | DIGIT | FOREIGN)) !== 0) chunk(from, at, flags, isVariableValue(from))
    if (code === LINE_FEED) return
    at = (kindOf(code) & QUOTE) !== 0 ? quotation(at, code) : at + 1
  }
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
  lookForStatus(start, close)

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
  lookForStatus(start, close)
  if (!says && start !== close) star()
  if (!says) return close + 1
  isJson = false
  i32.store8(INPUT + close, LINE_FEED)
  readWords(start)
  i32.store8(INPUT + close, DOUBLE_QUOTE)
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

function lookForStatus(start: i32, end: i32): void {
  if (!mayReport) mayReport = mayReportStatus(start, end, first)
}
