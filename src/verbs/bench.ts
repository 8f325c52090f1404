// bench: how fast and how dear, measured here and now.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '#incident/fault.ts'
import type { Benchmark, Measured } from '../../bench/benchmark.ts'
import { benchChat } from '../../bench/chat.ts'
import { benchCluster } from '../../bench/cluster.ts'
import { benchDetect } from '../../bench/detect.ts'
import { benchLogs } from '../../bench/logs.ts'
import { benchMcp } from '../../bench/mcp.ts'
import { benchNeighbours } from '../../bench/neighbours.ts'
import { benchPeers } from '../../bench/peers.ts'
import { benchRedact } from '../../bench/redact.ts'
import { benchTick } from '../../bench/tick.ts'
import { ROOT } from './root.ts'

const BENCHMARKS: Record<string, Benchmark> = {
  chat: benchChat,
  cluster: benchCluster,
  detect: benchDetect,
  logs: benchLogs,
  mcp: benchMcp,
  neighbours: benchNeighbours,
  peers: benchPeers,
  redact: benchRedact,
  tick: benchTick,
}
const RESULTS = join(ROOT, 'bench', 'results.md')

/** False when a promise was not kept. */
export async function bench(
  names: readonly string[],
  options: { write?: boolean; json?: boolean; peers?: boolean },
): Promise<boolean> {
  const unknown = names.find(name => !Object.hasOwn(BENCHMARKS, name))
  if (unknown !== undefined) {
    const known = Object.keys(BENCHMARKS).join(', ')
    throw new Fault('validation', `There is no benchmark ${unknown}. Choose of: ${known}.`)
  }
  const measured = new Map<string, Measured>()
  for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
    if (names.length > 0 && !names.includes(name)) continue
    const say = (line: string) => void process.stderr.write(`${name}: ${line}\n`)
    measured.set(name, await benchmark(say, { peers: options.peers ?? false }))
  }
  if (options.write) writeFileSync(RESULTS, withNew(readFileSync(RESULTS, 'utf8'), measured))
  const parts = Array.from(measured, ([name, { page }]) => section(name, page))
  const figures = Object.fromEntries(Array.from(measured, ([name, { figures: of }]) => [name, of]))
  process.stdout.write(options.json ? `${JSON.stringify(figures)}\n` : parts.join('\n'))
  return [...measured.values()].every(({ isKept }) => isKept)
}

/** The page with the parts that were measured now in place of the older ones. */
function withNew(page: string, measured: ReadonlyMap<string, Measured>): string {
  const [head = '', ...parts] = page.split(/^(?=## )/m)
  const older = new Map(parts.map(part => [/^## (\S+)/.exec(part)?.[1] ?? '', part.trimEnd()]))
  for (const [name, { page: now }] of measured) older.set(name, section(name, now).trimEnd())
  const known = Object.keys(BENCHMARKS).flatMap(name => older.get(name) ?? [])
  return `${[head.trimEnd(), ...known].join('\n\n')}\n`
}

function section(name: string, page: string): string {
  return `## ${name}\n\n${page}`
}
