// Masks: rules that put a placeholder where a line holds something that varies. Built-in ones and a user's own go through
// one automaton, so the time for a line is linear in its length, whatever the rules and the line are.
import { Fault } from '#incident/fault.ts'
import { automatonOf, type Automaton } from './byte-automaton.ts'
import { prefilterOf } from './byte-prefilter.ts'
import { openKernel, type Kernel } from '../wasm/kernel.ts'
import * as source from '../wasm/mask.as.ts'

export type MaskRule = {
  /** As `byte-pattern.ts` knows them. A match neither begins nor ends within a word, and is at most 256 bytes long. */
  pattern: string
  /** At most 31 bytes. */
  replacement: string
  description: string
  /** Where several rules match at one place the highest wins, of equal ones the first. Built-in: 10 to 100. */
  priority: number
}

const MONTH = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const CLOCK = '\\d{2}:\\d{2}:\\d{2}([.,:]\\d+)?'
const ZONE = '(Z| ?[+-]\\d{2}:?\\d{2})?'
const OCTETS = '\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}'
const UNIT =
  '(%|[KMGTP]i?B|[kmg]b|B|bytes?|ns|us|ms|secs?|seconds?|s|mins?|minutes?|m|hrs?|hours?|h|days?|d|millis|milliseconds?|microseconds?)'

/** What varies in logs of every kind. The seed names the placeholders. */
export const BUILT_IN: readonly MaskRule[] = [
  rule(100, `\\d{4}[-/]\\d{2}[-/]\\d{2}[T ]${CLOCK}${ZONE}`, '<TIMESTAMP>', 'ISO 8601 and RFC 3339 moments'),
  rule(99, `\\d{1,2}/${MONTH}/\\d{4}:\\d{2}:\\d{2}:\\d{2}( [+-]\\d{4})?`, '<TIMESTAMP>', 'moments of access logs'),
  rule(98, `${MONTH} [ \\d]?\\d(,? \\d{4})?,? ${CLOCK}`, '<TIMESTAMP>', 'moments of syslog'),
  rule(97, `\\d{4}[-/.]\\d{2}[-/.]\\d{2}|\\d{2}/\\d{2}/\\d{4}`, '<TIMESTAMP>', 'days'),
  rule(96, `${CLOCK}${ZONE}`, '<TIMESTAMP>', 'times of day'),
  rule(90, '[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}', '<UUID>', 'UUIDs'),
  rule(85, '[A-Za-z][A-Za-z0-9+.-]+://[^ "\'<>]+', '<URL>', 'URLs'),
  rule(84, '[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\\.)+[A-Za-z]{2,}', '<EMAIL>', 'mail addresses'),
  rule(80, `${OCTETS}(/\\d{1,2}|:\\d{1,5})?`, '<IP_ADDRESS>', 'IPv4 addresses, with network or port'),
  rule(79, '([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}', '<MAC_ADDRESS>', 'hardware addresses'),
  rule(78, '([0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}', '<IP_ADDRESS>', 'IPv6 addresses'),
  rule(
    77,
    '([0-9a-fA-F]{1,4}:){1,6}(:[0-9a-fA-F]{1,4}){1,6}|::[0-9a-fA-F]{1,4}',
    '<IP_ADDRESS>',
    'IPv6 addresses with zeros left out',
  ),
  rule(70, 'arn:aws[a-z-]*:[^ "\',]+', '<AWS_ID>', 'names of AWS resources'),
  rule(
    69,
    '(i|vpc|subnet|sg|ami|vol|snap|eni|rtb|igw|nat|eipalloc|acl|lt|fs|tgw)-[0-9a-f]{8,}',
    '<AWS_ID>',
    'ids of AWS resources',
  ),
  rule(60, '-[0-9a-f]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}', '-<POD>', 'what ends the names of pods'),
  rule(59, '-[0-9a-f]*\\d[0-9a-f]*', '-<POD>', 'what ends the names of ReplicaSets'),
  rule(50, '0x[0-9a-fA-F]+', '<MEMORY_ADDR>', 'addresses in memory'),
  rule(45, '(~|\\.{1,2})?(/[A-Za-z0-9_.+@%-]+)+/?', '<FILE_PATH>', 'paths'),
  rule(44, '[A-Za-z]:(\\\\[A-Za-z0-9_.+@%-]+)+', '<FILE_PATH>', 'paths of Windows'),
  rule(40, '"[^" ]+"|`[^` ]+`', '<STRING>', 'quoted names'),
  rule(30, `[-+]?\\d+(\\.\\d+)? ?${UNIT}`, '<NUMERIC_VALUE>', 'durations, sizes and shares'),
  rule(20, '[0-9a-fA-F]{8,}', '<HEX>', 'digests and other long hexadecimal numbers'),
  rule(10, '[-+]?\\d+(\\.\\d+)?', '<NUMERIC_VALUE>', 'numbers'),
]

function rule(priority: number, pattern: string, replacement: string, description: string): MaskRule {
  return { pattern, replacement, description, priority }
}

const MOST_RULES = 255
const REPLACEMENT_SIZE = 32
const LONGEST_REPLACEMENT = REPLACEMENT_SIZE - 1
const INPUT_SIZE = 1 << 16
const LINE_FEED = 10

/**
 * Mail addresses and URLs run through whole words; few lines hold any, and the others need not look for them. The kernel
 * looks for these two in every line.
 */
const SIGNS = ['@', ':/']

type MaskKernel = Kernel<typeof source>

const compiled = openKernel('mask', source)
const loaded = new WeakMap<ArrayBuffer, Masks>() // whose automaton a memory holds

/** Rules, compiled. A rule that cannot be followed in linear time is a Fault `validation` that says what is wrong with it. */
export class Masks {
  readonly #kernel: MaskKernel
  readonly #input: Buffer
  readonly #automaton: Automaton
  readonly #replacements: readonly Buffer[]

  constructor(rules: readonly MaskRule[] = BUILT_IN, kernel: MaskKernel = compiled) {
    this.#kernel = kernel
    this.#input = Buffer.from(kernel.memory, kernel.INPUT, INPUT_SIZE)
    if (rules.length > MOST_RULES)
      throw new Fault('validation', `Give at most ${MOST_RULES} rules, not ${rules.length}.`)
    const ordered = rules.toSorted((a, b) => b.priority - a.priority)
    this.#automaton = automatonOf(
      ordered.map(({ pattern }) => pattern),
      SIGNS,
    )
    this.#replacements = ordered.map(({ replacement, description }) => {
      const bytes = Buffer.from(replacement)
      if (bytes.length <= LONGEST_REPLACEMENT && !/[\n\r]/.test(replacement)) return bytes
      throw new Fault(
        'validation',
        `The replacement of the rule "${description}" is to be one line of at most ${LONGEST_REPLACEMENT} bytes.`,
      )
    })
  }

  /**
   * The line with its placeholders. Of several lines the first; a line is cut at 8 KB.
   *
   * @example
   * new Masks().apply('10.0.0.7 took 35 ms for /srv/app.yml') // '<IP_ADDRESS> took <NUMERIC_VALUE> for <FILE_PATH>'
   */
  apply(line: string): string {
    const length = this.#input.write(line, 0, INPUT_SIZE - 1)
    this.#input[length] = LINE_FEED
    const masked = this.#run(length + 1)
    return masked.toString('utf8', 0, masked.indexOf(LINE_FEED))
  }

  /** Whole lines with their line feeds, at most 64 KB of them. The answer lasts until the next call. */
  applyToBlock(lines: Uint8Array): Buffer {
    this.#input.set(lines)
    return this.#run(lines.length)
  }

  #run(length: number): Buffer {
    const { memory, OUTPUT, maskLines } = this.#kernel
    if (loaded.get(memory) !== this) this.#load()
    return Buffer.from(memory, OUTPUT, maskLines(length, this.#automaton.start, this.#automaton.startWithoutSigns))
  }

  #load(): void {
    const { memory, TABLE, COLUMN_OF, FILTERS, REPLACEMENTS } = this.#kernel
    const { table, columnOf, start, startWithoutSigns } = this.#automaton
    new Int32Array(memory, TABLE).set(table)
    new Uint16Array(memory, COLUMN_OF).set(columnOf)
    const filters = [start, startWithoutSigns].map(from => prefilterOf(this.#automaton, from))
    Buffer.from(memory, FILTERS).set(Buffer.concat(filters))
    const replacements = Buffer.from(memory, REPLACEMENTS)
    for (const [i, bytes] of this.#replacements.entries()) {
      const at = (i + 1) * REPLACEMENT_SIZE
      replacements[at] = bytes.length
      replacements.set(bytes, at + 1)
    }
    loaded.set(memory, this)
  }
}
