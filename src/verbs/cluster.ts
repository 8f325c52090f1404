// cluster: log lines that say the same thing, with no model and no settings.
import { createReadStream } from 'node:fs'
import { clusterLines } from '#analysis/templates.ts'
import { Fault } from '#incident/fault.ts'

const SHOWN = 40 // templates on a terminal; --json has them all

export async function cluster(file: string, options: { json?: boolean }): Promise<boolean> {
  const began = performance.now()
  const lines = await readLines(file)
  const found = clusterLines(lines)
  const seconds = Math.round(performance.now() - began) / 1_000
  if (options.json) {
    for (const at of lines.keys()) {
      const { id, text } = found.templateOf(at)
      write({ line: at + 1, cluster: id, template: text })
    }
    write({ type: 'summary', lines: found.lines, clusters: found.templates.length, seconds })
    return true
  }
  process.stdout.write(`${found.lines} lines, ${found.templates.length} templates, ${seconds} s\n\n`)
  process.stdout.write('   count   share     first      last  template\n')
  for (const { count, first, last, text } of found.templates.slice(0, SHOWN)) {
    const share = `${((100 * count) / found.lines).toFixed(1)} %`
    const columns = [
      String(count).padStart(8),
      share.padStart(8),
      String(first + 1).padStart(10),
      String(last + 1).padStart(10),
    ]
    process.stdout.write(`${columns.join('')}  ${text.slice(0, 160)}\n`)
  }
  const more = found.templates.length - SHOWN
  if (more > 0) process.stdout.write(`\n+${more} more; --json has them all\n`)
  return true
}

function write(row: object): void {
  process.stdout.write(`${JSON.stringify(row)}\n`)
}

/** Without the last empty one; carriage returns are no part of a line. */
async function readLines(file: string): Promise<string[]> {
  const lines: string[] = []
  let rest = ''
  try {
    const stream = file === '-' ? process.stdin : createReadStream(file)
    stream.setEncoding('utf8')
    for await (const chunk of stream) {
      const parts = (rest + String(chunk)).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) lines.push(part.endsWith('\r') ? part.slice(0, -1) : part)
    }
  } catch (cause) {
    throw new Fault('validation', `${file} cannot be read. Give the path of a file, or - for stdin.`, { cause })
  }
  if (rest !== '') lines.push(rest)
  return lines
}
