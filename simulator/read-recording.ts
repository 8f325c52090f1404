// Reads a recording's folder: every file of it checked at the door, records sorted, points joined to series.
// What the records mean is the vendors' rooms' business.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'
import { dashboardSchema, headSchema, recordSchemas, seriesSchema } from './recording-schema.ts'
import { emptyRecords, type Millis, type Recording, type RecordKind, type RecordOf, type Series } from './recording.ts'

/**
 * The recording in `folder`: `recording.json` and any of the files of JSON lines, plain or gzipped.
 * Throws an Error naming file and line at the first line that is not as it should be.
 */
export async function readRecording(folder: string): Promise<Recording> {
  const headFile = join(folder, 'recording.json')
  const head = parse(headSchema, await readFile(headFile, 'utf8').catch(missing), headFile)
  const records = emptyRecords()
  for (const kind of Object.keys(recordSchemas) as RecordKind[]) await readRecords(folder, kind, records)
  return { ...head, records, series: await readSeries(folder), dashboards: await readDashboards(folder) }

  function missing(cause: unknown): never {
    throw new Error(`${headFile}: expected a recording's folder with a recording.json, found no such file`, { cause })
  }
}

async function readRecords<K extends RecordKind>(
  folder: string,
  kind: K,
  records: Recording['records'],
): Promise<void> {
  const schema = recordSchemas[kind]
  const list: RecordOf[K][] = records[kind]
  for await (const [text, place] of lines(join(folder, `${kind}.jsonl`))) list.push(parse(schema, text, place))
  list.sort((a, b) => a.at - b.at)
}

async function readSeries(folder: string): Promise<Series[]> {
  const found = new Map<string, { metric: string; labels: Record<string, string>; points: [Millis, number][] }>()
  for await (const [text, place] of lines(join(folder, 'grafana/series.jsonl'))) {
    const line = parse(seriesSchema, text, place)
    const key = JSON.stringify([line.metric, Object.entries(line.labels).sort()])
    const known = found.get(key) ?? { metric: line.metric, labels: line.labels, points: [] }
    found.set(key, known)
    if ('points' in line) for (const point of line.points) known.points.push(point)
    else known.points.push([line.at, line.value])
  }
  return [...found.values()].map(({ metric, labels, points }) => {
    points.sort((a, b) => a[0] - b[0])
    return { metric, labels, at: Float64Array.from(points, p => p[0]), values: Float64Array.from(points, p => p[1]) }
  })
}

async function readDashboards(folder: string): Promise<Recording['dashboards']> {
  const place = join(folder, 'grafana/dashboards')
  const names = (await readdir(place).catch(() => [])).filter(name => name.endsWith('.json')).sort()
  return await Promise.all(
    names.map(async name => parse(dashboardSchema, await readFile(join(place, name), 'utf8'), join(place, name))),
  )
}

/** Each non-empty line of `file` and of `file`.gz, whichever exist, with its place `file:line` for errors. */
async function* lines(file: string): AsyncGenerator<[text: string, place: string]> {
  for (const name of [file, `${file}.gz`]) {
    const bytes = await bytesOf(name)
    let start = 0
    for (let number = 1; start < bytes.length; number++) {
      const newline = bytes.indexOf(10, start)
      const end = newline < 0 ? bytes.length : newline
      const text = bytes.toString('utf8', start, end)
      if (text.trim() !== '') yield [text, `${name}:${number}`]
      start = end + 1
    }
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    const bytes = await readFile(file)
    return file.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw new Error(`${file}: cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function parse<T>(schema: z.ZodType<T>, text: string, place: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Error(`${place}: expected JSON, got ${text.slice(0, 80)}: ${(cause as Error).message}`, { cause })
  }
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data
  throw new Error(`${place}: ${z.prettifyError(checked.error).replaceAll('\n', ' ')}`)
}
