// cluster: log lines that say the same thing, with no model and no settings.
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { NO_LINE_RULES, type LineRules } from '#analysis/lines/line-rules.ts'
import { FileMiner, type Clustered } from '#analysis/lines/templates.ts'
import { clean } from '#incident/clean.ts'
import { Fault } from '#incident/fault.ts'
import { clusterPage } from './cluster-page.ts'
import { readLogFile } from './log-file.ts'
import { readLineRules } from './line-rules.ts'

const SHOWN = 40 // templates on a terminal; --json and --report have them all
const PROGRESS_MILLIS = 200
const BATCH_CHARACTERS = 1 << 16

export type ClusterOptions = { json?: boolean; report?: string; rules?: string }

export async function cluster(file: string, options: ClusterOptions): Promise<boolean> {
  const began = performance.now()
  const rules = options.rules === undefined ? NO_LINE_RULES : readLineRules(options.rules)
  const found = await mine(file, rules)
  const seconds = Math.round(performance.now() - began) / 1_000
  if (options.report !== undefined) save(options.report, clusterPage(file === '-' ? 'stdin' : basename(file), found))
  await print(options.json ? rows(found, seconds) : table(found, seconds, options.report))
  return true
}

async function mine(file: string, rules: LineRules): Promise<Clustered> {
  const miner = new FileMiner(rules)
  let bytes = 0
  let told = performance.now()
  const isWatched = process.stderr.isTTY
  if (isWatched && file === '-' && process.stdin.isTTY) process.stderr.write('Reading what you type; Ctrl-D ends it.\n')
  for await (const piece of readLogFile(file)) {
    miner.push(piece)
    bytes += piece.length
    if (!isWatched || performance.now() - told < PROGRESS_MILLIS) continue
    told = performance.now()
    process.stderr.write(`\r${miner.lines.toLocaleString('en')} lines, ${(bytes / 1e6).toFixed(0)} MB read `)
  }
  if (isWatched) process.stderr.write('\r\x1b[K')
  return miner.end()
}

/** One object a line, then a summary. Noise is told as that. */
function* rows(found: Clustered, seconds: number): Generator<string> {
  const ends = new Map(
    found.templates.map(({ id, text }) => [id, `,${JSON.stringify({ cluster: id, template: text }).slice(1)}\n`]),
  )
  const ofNoise = `,${JSON.stringify({ cluster: 'noise', template: '' }).slice(1)}\n`
  for (let at = 0; at < found.lines; at++) {
    const template = found.templateOf(at)
    yield `{"line":${at + 1}${template ? ends.get(template.id) : ofNoise}`
  }
  const { lines, noise, templates } = found
  const summary = { type: 'summary', lines, ...(noise > 0 && { noise }), clusters: templates.length, seconds }
  yield `${JSON.stringify(summary)}\n`
}

function* table(
  { lines, noise, templates }: Clustered,
  seconds: number,
  report: string | undefined,
): Generator<string> {
  const leftOut = noise > 0 ? ` (${noise} of noise)` : ''
  yield `${count(lines, 'line')}${leftOut}, ${count(templates.length, 'template')}, ${seconds} s\n`
  if (templates.length > 0) yield '\n   count   share     first      last  template\n'
  for (const { count: of, first, last, text } of templates.slice(0, SHOWN)) {
    const share = `${((100 * of) / lines).toFixed(1)} %`
    const columns = [
      String(of).padStart(8),
      share.padStart(8),
      String(first + 1).padStart(10),
      String(last + 1).padStart(10),
    ]
    yield `${columns.join('')}  ${clean(text).replace(/\s+/g, ' ').slice(0, 160)}\n`
  }
  const more = templates.length - SHOWN
  if (report !== undefined) yield `\nAll of them: ${report}\n`
  else if (more > 0) yield `\n+${more} more; --report FILE.html has them all, --json each line\n`
}

function count(of: number, what: string): string {
  return `${of} ${what}${of === 1 ? '' : 's'}`
}

/** No faster than stdout takes it. */
async function print(texts: Iterable<string>): Promise<void> {
  let batch = ''
  for (const text of texts) {
    batch += text
    if (batch.length < BATCH_CHARACTERS) continue
    if (!process.stdout.write(batch)) await once(process.stdout, 'drain')
    batch = ''
  }
  process.stdout.write(batch)
}

function save(file: string, page: string): void {
  try {
    writeFileSync(file, page)
  } catch (cause) {
    throw new Fault('validation', `${file} cannot be written. Give --report a file in a folder that exists.`, { cause })
  }
}
