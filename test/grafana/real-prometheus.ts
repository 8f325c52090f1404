// A real Prometheus on loopback that holds a recording's series: written as OpenMetrics, made blocks of by promtool.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Series } from '../../simulator/recording.ts'
import { findParty, freePort, startParty } from '../parties.ts'

export type RealPrometheus = { url: string; end(): Promise<void> }

const run = promisify(execFile)

/** Undefined where there is no prometheus. */
export async function findPrometheus(): Promise<{ prometheus: string; promtool: string } | undefined> {
  const [prometheus, promtool] = await Promise.all([findParty('prometheus'), findParty('promtool')])
  return prometheus && promtool ? { prometheus, promtool } : undefined
}

export async function startPrometheus(
  { prometheus, promtool }: { prometheus: string; promtool: string },
  series: readonly Series[],
): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'))
  const [metrics, config, data] = ['metrics.txt', 'prometheus.yml', 'data'].map(name => join(folder, name))
  await writeFile(metrics ?? '', openMetrics(series))
  await writeFile(config ?? '', 'global: { evaluation_interval: 1s }\nrule_files: [rules.yml]\n')
  await writeFile(join(folder, 'rules.yml'), RULES)
  await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', metrics ?? '', data ?? ''])
  const address = `127.0.0.1:${await freePort()}`
  const words = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=100y', // the recording is as old as it is
    `--web.listen-address=${address}`,
  ]
  const party = await startParty(prometheus, words, /Server is ready to receive web requests/)
  return {
    url: `http://${address}`,
    async end() {
      await party.end()
      await rm(folder, { recursive: true })
    },
  }
}

/** One that always fires. */
const RULES = `
groups:
  - name: always
    rules:
      - alert: CartIsSlow
        expr: label_replace(vector(3), "service", "cart", "", "") > 1
        labels: { severity: critical }
        annotations: { summary: '{{ $labels.service }} takes {{ $value }} s' }
`

/** With an exemplar at each bucket's newest sample, which is no sample. https://openmetrics.io */
function openMetrics(series: readonly Series[]): string {
  const lines = series.flatMap(({ metric, labels, at, values }) => {
    const name = `${metric}{${Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)}}`
    return Array.from(at, (moment, i) => {
      const exemplar = metric.endsWith('_bucket') && i === at.length - 1 ? ' # {trace_id="4bf92f35"} 0.3' : ''
      return `${name} ${inWords(values[i] ?? NaN)} ${moment / 1000}${exemplar}`
    })
  })
  return [...lines, '# EOF', ''].join('\n')
}

function inWords(value: number): string {
  return String(value).replace('Infinity', 'Inf')
}
