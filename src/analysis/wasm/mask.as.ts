// Replaces what the patterns of an automaton match in log lines: see `../masks.ts`. Portable AssemblyScript.
// Linear: at each byte the automaton takes at most LONGEST_MATCH steps.

const INPUT_SIZE: i32 = 1 << 16
const LINE_LIMIT: i32 = 8192 // the rest of a longer line is dropped
const LONGEST_MATCH: i32 = 256
const LONGEST_REPLACEMENT: i32 = 31
const TABLE_SIZE: i32 = 1 << 20
const MOST_RULES: i32 = 255

/** Lines, each with a line feed at its end; one place more for a line feed of ours. */
export const INPUT = new Uint8Array(INPUT_SIZE + 1)
/** The lines, rewritten, each with its line feed. Every second byte of a line can become a replacement. */
export const OUTPUT = new Uint8Array((INPUT_SIZE / 2) * (LONGEST_REPLACEMENT + 2))

/** The automaton: see `../byte-automaton.ts`. */
export const CLASS_OF = new Uint8Array(256)
export const TABLE = new Int32Array(TABLE_SIZE)
/** 1 for the bytes that decide where the automaton begins. */
export const IS_SIGN = new Uint8Array(256)
/** Of rule r from 1: its length at r * 32, its bytes behind. */
export const REPLACEMENTS = new Uint8Array((MOST_RULES + 1) * (LONGEST_REPLACEMENT + 1))

/** How many steps the automaton has taken since this was set to 0: what a line costs, free of what the machine does. */
export const STEPS = new Int32Array(1)

const LINE_FEED: i32 = 10
const IS_WORD = new Uint8Array(256)
for (let code = 0; code < 256; code++) {
  const isDigit = code >= 48 && code <= 57
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
  IS_WORD[code] = isDigit || isLetter || code === 95 || code >= 128 ? 1 : 0
}

let out: i32 = 0
let classes: i32 = 0
let begin: i32 = 0 // in TABLE, for this line
let matchEnd: i32 = 0

/** Rewrites the lines in INPUT, `length` bytes with their line feeds; returns how many bytes of OUTPUT they became. */
export function maskLines(length: i32, classCount: i32, begins: i32, beginsWithoutSigns: i32): i32 {
  out = 0
  classes = classCount
  for (let start = 0; start < length; ) {
    let end = start
    let signs: i32 = 0
    for (let code = byteAt(end); code !== LINE_FEED; code = byteAt(++end)) signs |= unchecked(IS_SIGN[code]) as i32
    begin = signs !== 0 ? begins : beginsWithoutSigns
    const limit = end - start > LINE_LIMIT ? start + LINE_LIMIT : end
    const behind = byteAt(limit)
    INPUT[limit] = LINE_FEED
    maskLine(start, limit)
    INPUT[limit] = behind
    unchecked((OUTPUT[out++] = LINE_FEED))
    start = end + 1
  }
  return out
}

function maskLine(start: i32, end: i32): void {
  let to = out // a variable of the function: one of the module is read and written anew for each byte
  for (let at = start; at < end; ) {
    let code = byteAt(at)
    const first = unchecked(TABLE[begin + (unchecked(CLASS_OF[code]) as i32)]) as i32
    const rule = first === 0 ? 0 : matchAt(at, end)
    if (rule !== 0) {
      const from = rule * (LONGEST_REPLACEMENT + 1)
      const last = from + (unchecked(REPLACEMENTS[from]) as i32)
      for (let i = from + 1; i <= last; i++) unchecked((OUTPUT[to++] = unchecked(REPLACEMENTS[i]) as i32))
      at = matchEnd
      continue
    }
    const isWord = (unchecked(IS_WORD[code]) as i32) !== 0
    do {
      unchecked((OUTPUT[to++] = code))
      code = byteAt(++at)
    } while (isWord && (unchecked(IS_WORD[code]) as i32) !== 0)
  }
  out = to
}

/** The rule that matches from `at` on, 0 for none: the most important one, at its longest, that does not end within a word. */
function matchAt(at: i32, end: i32): i32 {
  const limit = end - at > LONGEST_MATCH ? at + LONGEST_MATCH : end
  let rule: i32 = 0
  let place = begin
  let i = at
  for (; i < limit; i++) {
    place = unchecked(TABLE[place + (unchecked(CLASS_OF[byteAt(i)]) as i32)]) as i32
    if (place === 0) break
    const accepted = unchecked(TABLE[place + classes]) as i32
    if (accepted === 0 || (rule !== 0 && accepted > rule) || (isWordAt(i) && isWordAt(i + 1))) continue
    rule = accepted
    matchEnd = i + 1
  }
  STEPS[0] = (STEPS[0] as i32) + i - at
  return rule
}

function byteAt(at: i32): i32 {
  return unchecked(INPUT[at]) as i32
}

function isWordAt(at: i32): boolean {
  return (unchecked(IS_WORD[byteAt(at)]) as i32) !== 0
}
