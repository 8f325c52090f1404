// Lines in, templates out: keeps count of the shapes seen, and asks `merge.ts` which of them are one message.
import { LineBlocks } from './line-blocks.ts'
import { type LineRules, NO_LINE_RULES } from './line-rules.ts'
import type { Masks } from './masks.ts'
import { merge, type TemplateName } from './merge.ts'
import { shape, ShapeReader, type ShapedLine } from '../normalise.ts'
import { statusCode } from './status-code.ts'

export type Template = TemplateName & Sightings

export type Sightings = {
  /** The first line seen, at most 300 characters. */
  example: string
  count: number
  /** Smallest and largest `at` given with its lines. */
  first: number
  last: number
  /** How many of the lines carry which HTTP 4xx or 5xx: shapes hold no digits, so 502 and 504 share a template. */
  statusCodes: Record<string, number>
}

const EXAMPLE_LIMIT = 300

/** The place of a line that is in no template. */
const NOWHERE = -1

/** Most shapes a miner remembers: about 20 MB with their examples. */
const MINER_LIMIT = 20_000

/** Most shapes told apart in one file: about 400 MB while they merge. Lines of further shapes count as `*`. */
const FILE_LIMIT = 200_000

/**
 * Learns templates from lines as they come. The same set of shapes gives the same templates in any order.
 * Memory is bounded: when more than `limit` shapes are known, the quarter seen least recently is forgotten.
 * A template gets a new id when one of its words turns out to vary; the lines it was made of then answer with that one.
 */
export class TemplateMiner {
  readonly #limit: number
  readonly #masks: Masks | undefined
  /** By shape, least recently seen first. */
  #seen = new Map<string, Sightings>()
  /** By shape; undefined after a shape came or went. */
  #names: Map<string, TemplateName> | undefined

  constructor(limit = MINER_LIMIT, masks?: Masks) {
    this.#limit = limit
    this.#masks = masks
  }

  /** `at` grows with time: ms since 1970, or the number of a line. */
  add(line: string, at: number, count = 1): void {
    const key = this.#shapeOf(line)
    const known = this.#seen.get(key)
    if (known) {
      this.#seen.delete(key)
      this.#seen.set(key, known)
      observe(known, line, at, count)
      return
    }
    const seen = unseen(line, at)
    this.#seen.set(detached(key), seen)
    observe(seen, line, at, count)
    this.#names = undefined
    if (this.#seen.size > this.#limit) this.#forget()
  }

  /** The template of a line; of one never added, its shape by itself. */
  templateOf(line: string): TemplateName {
    return this.templateOfShape(this.#shapeOf(line))
  }

  templateOfShape(key: string): TemplateName {
    return this.#named().get(key) ?? merge([key]).get(key)!
  }

  /** Most lines first. */
  templates(): Template[] {
    return gather(this.#seen, this.#named())
  }

  /** Plain data, from which `restore` goes on. */
  snapshot(): [shape: string, seen: Sightings][] {
    return structuredClone([...this.#seen])
  }

  restore(snapshot: readonly [shape: string, seen: Sightings][]): void {
    this.#seen = new Map(structuredClone(snapshot))
    this.#names = undefined
  }

  #shapeOf(line: string): string {
    return shape(this.#masks?.apply(line) ?? line)
  }

  #named(): Map<string, TemplateName> {
    this.#names ??= merge(this.#seen.keys())
    return this.#names
  }

  #forget(): void {
    let surplus = Math.ceil(this.#limit / 4)
    for (const key of this.#seen.keys()) {
      if (surplus-- === 0) return
      this.#seen.delete(key)
    }
  }
}

/** What became of each line of a file. */
export type Clustered = {
  lines: number
  /** Of them those that were noise, and are in no template. */
  noise: number
  /** The template of line i, undefined for noise; lines are counted from 0, as in `first` and `last`. */
  templateOf: (line: number) => Template | undefined
  templates: Template[]
}

/** The templates of a whole file at once. */
export function clusterLines(lines: Iterable<string>): Clustered {
  const file = new FileMiner()
  for (const line of lines) file.push(Buffer.from(`${line.split('\n', 1)[0]}\n`))
  return file.end()
}

/**
 * The templates of a whole file that comes in pieces of bytes, cut anywhere. With masks every line is rewritten by them
 * first; what is noise then is left out. Memory: 4 bytes a line, and the shapes.
 */
export class FileMiner {
  readonly #reader = new ShapeReader(line => this.#add(line))
  readonly #masked: LineBlocks | undefined
  readonly #isNoise: LineRules['isNoise']
  readonly #byKey = new Map<number, number>() // hash of a shape -> place in #seen
  readonly #byShape = new Map<string, number>()
  readonly #seen: Sightings[] = []
  #places = new Int32Array(1024) // line -> place in #seen
  #lines = 0
  #noise = 0

  constructor({ masks, isNoise }: LineRules = NO_LINE_RULES) {
    this.#isNoise = isNoise
    this.#masked = masks && new LineBlocks(block => this.#reader.push(masks.applyToBlock(block)))
  }

  push(piece: Uint8Array): void {
    const first = this.#masked ?? this.#reader
    first.push(piece)
  }

  get lines(): number {
    return this.#lines
  }

  /** Nothing may be pushed after. */
  end(): Clustered {
    this.#masked?.end()
    this.#reader.end()
    const lines = this.#lines
    const places = this.#places
    const names = merge(this.#byShape.keys())
    const templates = gather(new Map([...this.#byShape].map(([key, place]) => [key, this.#seen[place]!])), names)
    const byId = new Map(templates.map(template => [template.id, template]))
    const ofPlace = [...this.#byShape.keys()].map(key => byId.get(names.get(key)!.id)!)
    const templateOf = (line: number) => {
      if (!(line >= 0 && line < lines)) throw new RangeError(`expected a line from 0 to ${lines - 1}, got ${line}`)
      return ofPlace[places[line]!]
    }
    return { lines, noise: this.#noise, templateOf, templates }
  }

  #add(line: ShapedLine): void {
    const at = this.#lines++
    if (at === this.#places.length) this.#places = grown(this.#places)
    if (this.#isNoise?.(line.text())) {
      this.#noise++
      this.#places[at] = NOWHERE
      return
    }
    const place = this.#byKey.get(line.key) ?? this.#meet(line, at)
    const seen = this.#seen[place]!
    seen.count++
    seen.last = at
    if (line.mayReportStatus) countStatus(seen, line.text(), 1)
    this.#places[at] = place
  }

  #meet(line: ShapedLine, at: number): number {
    const isFull = this.#seen.length >= FILE_LIMIT
    const key = isFull ? '*' : line.shape()
    let place = this.#byShape.get(key)
    if (place === undefined) {
      place = this.#seen.push(unseen(line.text(), at)) - 1
      this.#byShape.set(key, place)
    }
    if (!isFull) this.#byKey.set(line.key, place)
    return place
  }
}

function unseen(line: string, at: number): Sightings {
  return { example: detached(line.slice(0, EXAMPLE_LIMIT)), count: 0, first: at, last: at, statusCodes: {} }
}

function observe(seen: Sightings, line: string, at: number, count: number): void {
  seen.count += count
  if (at < seen.first) seen.first = at
  if (at > seen.last) seen.last = at
  countStatus(seen, line, count)
}

function countStatus(seen: Sightings, line: string, count: number): void {
  const status = statusCode(line)
  if (status !== undefined) seen.statusCodes[status] = (seen.statusCodes[status] ?? 0) + count
}

/** Shapes of one template put together, most lines first, then by text. */
function gather(seen: ReadonlyMap<string, Sightings>, names: ReadonlyMap<string, TemplateName>): Template[] {
  const byId = new Map<string, Template>()
  for (const [key, part] of seen) {
    const name = names.get(key)!
    const whole = byId.get(name.id)
    if (!whole) {
      byId.set(name.id, { ...name, ...part, statusCodes: { ...part.statusCodes } })
      continue
    }
    whole.count += part.count
    if (part.first < whole.first) {
      whole.first = part.first
      whole.example = part.example
    }
    whole.last = Math.max(whole.last, part.last)
    for (const [code, count] of Object.entries(part.statusCodes)) {
      whole.statusCodes[code] = (whole.statusCodes[code] ?? 0) + count
    }
  }
  return [...byId.values()].sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length)
  larger.set(array)
  return larger
}

/** A copy that does not keep the line alive it was cut from, as V8's slices do. */
function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
