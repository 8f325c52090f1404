import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from './root.ts'

const folder = mkdtempSync(join(tmpdir(), 'cluster-'))
afterAll(() => rmSync(folder, { recursive: true }))

const CLI = ['--conditions=orchestrator-source', join(ROOT, 'bin', 'incident-orchestrator.mjs'), 'cluster']
const LOG = ['worker 1 started', 'GET /cart status=502', 'worker 2 started', 'worker 3 started'].join('\r\n')

function run(...words: string[]) {
  return spawnSync(process.execPath, [...CLI, ...words], { encoding: 'utf8', input: '' })
}

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

function rows(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown)
}

test('the same from a file, from gzip of any name, and from stdin', () => {
  const plain = rows(run('--json', file('app.log', LOG)).stdout)
  const [first, second] = plain as { cluster: string; template: string }[]
  expect(plain.slice(0, 4)).toEqual([
    { line: 1, cluster: first!.cluster, template: 'worker * started' },
    { line: 2, cluster: second!.cluster, template: 'GET * status *' },
    { line: 3, cluster: first!.cluster, template: 'worker * started' },
    { line: 4, cluster: first!.cluster, template: 'worker * started' },
  ])
  expect(plain[4]).toMatchObject({ type: 'summary', lines: 4, clusters: 2, seconds: expect.any(Number) })
  const packed = file('packed', Buffer.concat([gzipSync(LOG.slice(0, 20)), gzipSync(LOG.slice(20))]))
  expect(rows(run('--json', packed).stdout).slice(0, 4)).toEqual(plain.slice(0, 4))
  const piped = execFileSync(process.execPath, [...CLI, '--json'], { encoding: 'utf8', input: gzipSync(LOG) })
  expect(rows(piped).slice(0, 4)).toEqual(plain.slice(0, 4))
})

test('a table for people, without what a log would do to a terminal', () => {
  const { stdout, status } = run(file('escape.log', `{"msg":"\u001b]0;owned\u0007red\u202e"}\n${LOG}\n`))
  expect(status).toBe(0)
  expect(stdout).toMatch(/^5 lines, 3 templates, [\d.]+ s\n/)
  expect(stdout).toContain('       3  60.0 %         2         5  worker * started\n'.slice(1))
  expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/)
  expect(run(file('empty.log', '')).stdout).toMatch(/^0 lines, 0 templates, [\d.]+ s\n$/)
})

test('a page that holds the text of a log as text, without its secrets', () => {
  const page = join(folder, 'page.html')
  const log = `msg="<img/src=x>" <script>alert(1)</script>\nlogin with password=hunter2hunter2 done\n${LOG}`
  expect(run('--report', page, file('live.log', log)).stdout).toContain(page)
  const html = readFileSync(page, 'utf8')
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(html).toContain('1 × 502')
  expect(html).not.toMatch(/<script|<img|hunter2|https?:/)
})

test('masks of a user are applied first, noise is told as such, and what cannot be followed is refused', () => {
  const log = file('orders.log', 'paid order-abc\npaid order-xyz\n"GET /healthz HTTP/1.1" 200 2\n')
  const rules = file(
    'rules.yaml',
    "masks: [{ pattern: 'order-[a-z]+', replacement: <ORDER> }]\nnoise: { kinds: [health_checks] }\n",
  )
  const [, second, third, summary] = rows(run('--json', '--rules', rules, log).stdout)
  expect(second).toMatchObject({ line: 2, template: 'paid ORDER' })
  expect(third).toEqual({ line: 3, cluster: 'noise', template: '' })
  expect(summary).toMatchObject({ lines: 3, noise: 1, clusters: 1 })
  expect(run('--rules', rules, log).stdout).toMatch(/^3 lines \(1 of noise\), 1 template, /)
  const refused = (name: string, text: string) => run('--rules', file(name, text), log)
  const twice = refused('bad.yaml', "masks: [{ pattern: '(a)\\1', replacement: '' }]\n")
  expect(twice).toMatchObject({ status: 2, stderr: expect.stringContaining('linear time') })
  const wrong = refused('wrong.yaml', 'masks: [{ pattern: 3 }]\n')
  expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('masks.0.pattern') })
})

test('what cannot be read or written is said, with what to do', () => {
  expect(run(join(folder, 'none.log'))).toMatchObject({ status: 2, stderr: expect.stringContaining('no such file') })
  expect(run(folder)).toMatchObject({ status: 2, stderr: expect.stringContaining('it is a folder') })
  const cut = file('cut.gz', gzipSync(LOG.repeat(1000)).subarray(0, -20))
  expect(run(cut)).toMatchObject({ status: 2, stderr: expect.stringContaining('ends too early') })
  const unwritable = run('--report', join(folder, 'none', 'page.html'), file('app.log', LOG))
  expect(unwritable).toMatchObject({ status: 2, stderr: expect.stringContaining('cannot be written') })
})
