// The shape of a log line: the words that say which message it is, with a * where something varies.
// How a line is read stands in `wasm/shape.as.ts`; which shapes are the same message is decided in `lines/merge.ts`.
import { LineBlocks } from './lines/line-blocks.ts'
import { openKernel } from './wasm/kernel.ts'
import * as source from './wasm/shape.as.ts'

const kernel = openKernel('shape', source)
const INPUT_SIZE = 1 << 16
const INPUT = Buffer.from(kernel.memory, kernel.INPUT, INPUT_SIZE + 1)
const SHAPES = Buffer.from(kernel.memory, kernel.SHAPES, 2 * INPUT_SIZE)
const OFFSETS = new Int32Array(kernel.memory, kernel.OFFSETS, INPUT_SIZE + 2)
const STARTS = new Int32Array(kernel.memory, kernel.STARTS, INPUT_SIZE + 2)
const HASHES = new Int32Array(kernel.memory, kernel.HASHES, 2 * INPUT_SIZE + 2)
const STATUSES = Buffer.from(kernel.memory, kernel.STATUSES, INPUT_SIZE + 1)
const LETTERS = Buffer.from(kernel.memory, kernel.LETTERS, 0x110000 / 8 + 1)

/** A shape reads this many bytes of a line (an event may be a megabyte); what tells messages apart stands at the start. */
const SHAPE_LIMIT = 4000

const LINE_FEED = 10

/**
 * The words of a line in order, one space between them; `*` stands for anything variable.
 * Of several lines (a stack trace) only the first is read. Without any word the shape is '' or '*'.
 * Linear in the length of the line; a URL, path, address, quoted name, number with its unit, date, generated name, and
 * the value of a key is variable.
 *
 * @example
 * shape('Dec 10 06:55:46 PDT web-5c7d9f-kxqzp used 3.5 MB (12 %) in /var/log, took <1 sec')
 *   // '* used * in * took *'
 */
export function shape(line: string): string {
  const length = INPUT.write(line, 0, SHAPE_LIMIT)
  INPUT[length] = LINE_FEED
  shapeLines(length + 1, 0)
  return SHAPES.toString('utf8', 0, OFFSETS[1])
}

/** A line that was read in a block. Its texts are made when they are asked for, and only until `read` returns. */
export type ShapedLine = {
  /** The same for the same shape; of two different shapes with odds of 2 in a million among 200,000. */
  key: number
  shape(): string
  /** Without its line end, at most 4,000 bytes; bytes that are no UTF-8 come out as U+FFFD. */
  text(): string
  /** Whether it is worth asking `statusCode`. */
  mayReportStatus: boolean
}

/** Reads the lines of a file, which comes in pieces of any bytes, cut anywhere. */
export class ShapeReader {
  readonly #read: (line: ShapedLine) => void
  readonly #blocks = new LineBlocks(block => {
    INPUT.set(block)
    this.#emit(shapeLines(block.length, 1))
  })

  constructor(read: (line: ShapedLine) => void) {
    this.#read = read
  }

  push(piece: Uint8Array): void {
    this.#blocks.push(piece)
  }

  end(): void {
    this.#blocks.end()
  }

  #emit(lines: number): void {
    let i = 0
    const line: ShapedLine = {
      key: 0,
      shape: () => SHAPES.toString('utf8', OFFSETS[i], OFFSETS[i + 1]),
      text: () => textOf(STARTS[i]!, STARTS[i + 1]! - 1),
      mayReportStatus: false,
    }
    for (; i < lines; i++) {
      line.key = (HASHES[2 * i]! >>> 0) * 2 ** 21 + (HASHES[2 * i + 1]! >>> 11)
      line.mayReportStatus = STATUSES[i] === 1
      this.#read(line)
    }
  }
}

function textOf(start: number, end: number): string {
  return INPUT.toString('utf8', start, Math.min(end, start + SHAPE_LIMIT)).replace(/\r$/, '')
}

function shapeLines(length: number, isRaw: 0 | 1): number {
  const lines = kernel.shapeLines(length, isRaw)
  if (lines >= 0) return lines
  fillLetters()
  return kernel.shapeLines(length, isRaw)
}

/** Which code points are letters or digits, for the first text outside ASCII: 50 ms that most processes never need. */
function fillLetters(): void {
  const letter = /[\p{L}\p{N}]/u
  for (let point = 0; point <= 0x10ffff; point++) {
    if (letter.test(String.fromCodePoint(point))) LETTERS[point >> 3]! |= 1 << (point & 7)
  }
  LETTERS[LETTERS.length - 1] = 1
}
