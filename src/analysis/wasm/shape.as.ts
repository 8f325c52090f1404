// The shapes of a block of log lines: see `../normalise.ts` for what a shape is. Portable AssemblyScript: compiled to
// WebAssembly, and run as it is where that is missing. Linear in the bytes of a line; holds nothing from line to line.
import { byteAt, INPUT, INPUT_SIZE, LINE_FEED } from './bytes.as.ts'
import { headerEnd } from './header.as.ts'
import { areLettersMissing, forgetMissing, LETTERS } from './letters.as.ts'
import { readMessage } from './message.as.ts'
import { beginShape, shapeEnd, SHAPES, star } from './written.as.ts'

export { INPUT, LETTERS, SHAPES }

/** A shape reads this much of a line (an event may be a megabyte); what tells messages apart stands at the start. */
const SHAPE_LIMIT: i32 = 4000

/** 32-bit numbers: the shape of line i runs from OFFSETS[i] to OFFSETS[i + 1]. */
export const OFFSETS = memory.data(4 * (INPUT_SIZE + 2)) as i32
/** 32-bit numbers: where each line starts in INPUT, and where the last one ends. */
export const STARTS = memory.data(4 * (INPUT_SIZE + 2)) as i32
/** Two 32-bit hashes of each shape. */
export const HASHES = memory.data(8 * (INPUT_SIZE + 1)) as i32
/** 1 where a line holds a number that may be an HTTP 4xx or 5xx. */
export const STATUSES = memory.data(INPUT_SIZE + 1) as i32

/**
 * The shapes of the lines in INPUT, which are `length` bytes with their line feeds; where `isRaw` is 1 they are lines
 * of a file: a `*` stands for what `header.as.ts` takes for a header, and JSON is read as JSON. Returns how many lines there are, or
 * -1 where LETTERS has to be filled first.
 */
export function shapeLines(length: i32, isRaw: i32): i32 {
  let lines = 0
  let began = 0
  forgetMissing()
  i32.store(OFFSETS, 0)
  for (let start = 0; start < length; ) {
    let end = start
    while (byteAt(end) !== LINE_FEED) end++
    beginShape(began)
    const mayReport = readLine(start, end, isRaw !== 0)
    if (areLettersMissing()) return -1
    i32.store(STARTS + 4 * lines, start)
    i32.store8(STATUSES + lines, mayReport ? 1 : 0)
    hash(began, shapeEnd(), HASHES + 8 * lines)
    began = shapeEnd()
    i32.store(OFFSETS + 4 * ++lines, began)
    start = end + 1
  }
  i32.store(STARTS + 4 * lines, length)
  return lines
}

/** Whether it may report a status. */
function readLine(start: i32, lineEnd: i32, isRaw: boolean): boolean {
  let end = lineEnd
  if (end - start > SHAPE_LIMIT) {
    end = start + SHAPE_LIMIT
    while (end > start && (byteAt(end) & 0xc0) === 0x80) end-- // not within a character
  }
  const behind = byteAt(end)
  i32.store8(INPUT + end, LINE_FEED)
  const message = isRaw ? headerEnd(start, end) : start
  if (message > start) star()
  const mayReport = readMessage(message, isRaw)
  i32.store8(INPUT + end, behind)
  return mayReport
}

/** One-at-a-time by Bob Jenkins (public domain), from two seeds, of the shape from `start` to `end`; written at `to`. */
function hash(start: i32, end: i32, to: i32): void {
  let a: i32 = 0x2545f491
  let b: i32 = 0x5bd1e995
  for (let i = start; i < end; i++) {
    const code = i32.load8_u(SHAPES + i)
    a = (a + code) | 0
    a = (a + (a << 10)) | 0
    a ^= a >>> 6
    b = (b ^ code) | 0
    b = (b + (b << 5)) | 0
    b ^= b >>> 7
  }
  a = (a + (a << 3)) | 0
  a ^= a >>> 11
  i32.store(to, (a + (a << 15)) | 0)
  i32.store(to + 4, b | 0)
}
