// A chunk of a line, the text between two splitting bytes: a URL, address or path varies as a whole; of anything else each
// part, between colons and runs of dots, is a word or varies. Portable AssemblyScript.
import { AT, AT_CODE, byteAt, COLON, COLON_CODE, DASH, DIGIT, DOMAIN, DOT, DOT_CODE, EDGE, FOREIGN, GENERATED, kindAt, LETTER, NAME, NOT_HEX, PLAIN_VALUE, setsOf, SLASH, TILDE } from './bytes.as.ts'
import { hasForeignLetter } from './letters.as.ts'
import { star, word } from './written.as.ts'

/** A Latin word of letters a to f alone is a number from this length on: `feed` is a word, `deadbeef` is not. */
const HEX_LENGTH: i32 = 8

/** `flags` are those of all its bytes; `varies` says that it is the value of a key that says nothing about the message. */
export function chunk(start: i32, end: i32, flags: i32, varies: boolean): void {
  if ((flags & (COLON | AT | EDGE)) === 0) part(start, end, flags, varies, false)
  else if (isAddress(start, end, flags)) star()
  else parts(start, end, varies)
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
