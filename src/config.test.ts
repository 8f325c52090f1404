import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { configSchema, readConfig } from './config.ts'
import type { Environment } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'config-'))
const SECRET = 'sntrys_canary_0123456789abcdef'
afterAll(() => rmSync(folder, { recursive: true }))

/** Nobody's own kubeconfig. */
const HOME = folder

function fileOf(text: string): string {
  const file = join(folder, 'incident-orchestrator.yaml')
  writeFileSync(file, text)
  return file
}

function refusalOf(text: string, environment: Environment = {}): string {
  try {
    readConfig({ file: fileOf(text), environment: { HOME, ...environment } })
  } catch (error) {
    if (error instanceof Fault && error.code === 'validation') return error.message
    throw error
  }
  throw new Error('expected it to be refused')
}

test('told nothing, it listens on loopback, looks every minute, and watches nobody', () => {
  const { http, watch, sources, data, policy } = readConfig({ environment: { HOME } })
  expect(http).toEqual({ host: '127.0.0.1', port: 8080, keys: [], requestsPerMinute: 600, hosts: [], origins: [] })
  expect(watch).toEqual({ every: 60_000, history: 86_400_000 })
  expect(data).toBe('data')
  expect(Object.values(sources).filter(Boolean)).toEqual([])
  expect(policy.rules[0]).toMatchObject({ namespaces: expect.arrayContaining(['kube-system']), effect: 'deny' })
})

test('a flag wins over the environment, which wins over the file, key by key', () => {
  const file = fileOf('data: from-file\nlog: debug\nhttp: { port: 1, host: localhost }\nwatch: { every: 30s }\n')
  const environment = { HOME, DATA_DIR: 'from-environment', PORT: '2', LOG_LEVEL: '' }
  const config = readConfig({ file, environment, overrides: { http: { port: 3 } } })
  expect(config).toMatchObject({
    data: 'from-environment',
    log: 'debug',
    http: { port: 3, host: 'localhost' },
    watch: { every: 30_000 },
  })
})

test('a source is on by the names people already have, or by its section in the file', () => {
  const environment = {
    HOME,
    KUBECONFIG: '/k',
    SENTRY_AUTH_TOKEN: SECRET,
    SENTRY_ORG: 'acme',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: SECRET,
  }
  const { sources } = readConfig({
    file: fileOf('sources: { grafana: { url: "http://g:3000", token: t } }'),
    environment,
  })
  expect(sources.kubernetes).toEqual({ kubeconfig: '/k' })
  expect(sources.sentry).toMatchObject({ url: 'https://sentry.io', organization: 'acme', token: SECRET })
  expect(sources.cloudwatch).toMatchObject({ credentials: { accessKeyId: 'AKIA', secretAccessKey: SECRET } })
  expect(sources.grafana).toMatchObject({ url: 'http://g:3000' })
})

test('any secret may come as the path of a file', () => {
  const kept = join(folder, 'secret')
  writeFileSync(kept, `${SECRET}\n`)
  const environment = { HOME, SENTRY_ORG: 'acme', SENTRY_AUTH_TOKEN_FILE: kept, HTTP_TOKEN_FILE: kept }
  const { sources, http } = readConfig({ environment })
  expect(sources.sentry?.token).toBe(SECRET)
  expect(http.token).toBe(SECRET)
  writeFileSync(kept, `rediss://:${SECRET}@cache:6379/1\n`)
  expect(readConfig({ environment: { HOME, REDIS_URL_FILE: kept } }).redis).toBe(`rediss://:${SECRET}@cache:6379/1`)
  const lost = { HOME, SENTRY_AUTH_TOKEN_FILE: '/nowhere' }
  expect(() => readConfig({ environment: lost })).toThrow('SENTRY_AUTH_TOKEN_FILE names /nowhere, which cannot be read')
})

test('an error names file, line and key, what was expected and what came', () => {
  const file = join(folder, 'incident-orchestrator.yaml')
  const text = 'log: loud\nhttp:\n  port: eighty\n  prot: 80\nwatch:\n  every: soon\n'
  expect(refusalOf(text).split('\n').slice(1)).toEqual([
    expect.stringMatching(`^  ${file}:1: log: .*"debug".*, got "loud"$`),
    expect.stringMatching(`^  ${file}:3: http.port: .*expected number.*, got "eighty"$`),
    `  ${file}:4: http.prot: is not a known key`,
    `  ${file}:6: watch.every: expected a duration such as 30s, 15m, 6h or 10d, got "soon"`,
  ])
  expect(refusalOf('redis: cache:6379')).toContain(`${file}:1: redis: expected redis://HOST:PORT or rediss://HOST:PORT`)
  expect(refusalOf('sources:\n  sentry:\n    url: http://s\n')).toContain(`${file}:3: sources.sentry.organization`)
  expect(refusalOf('sources:\n  kubernetes:\n    contexts:\n      "a b": {}\n')).toContain(
    `${file}:4: sources.kubernetes.contexts.a b: expected letters, digits and . _ -`,
  )
  const rule =
    'policy:\n  version: 1\n  roles: {}\n  rules:\n    - { namespaces: ["*"], tools: ["*"], clusters: [prdo] }\n'
  const clusters = 'sources: { kubernetes: { contexts: { prod: {}, staging: {} } } }\n'
  expect(refusalOf(clusters + rule)).toContain('expected names of clusters (prod, staging), and "prdo" fits none')
  expect(refusalOf(rule)).toContain(
    'expected names of clusters (none, as sources.kubernetes.contexts names no clusters)',
  )
  expect(refusalOf('log: debug\nhttp: [\n')).toMatch(`${file}:3: `)
  expect(refusalOf('just words')).toBe(`${file}:1: expected keys and values such as "log: debug", got a string.`)
  expect(refusalOf('log: *level')).toContain(`${file}: an alias`)
  expect(() => readConfig({ file: '/nowhere.yaml', environment: {} })).toThrow('/nowhere.yaml cannot be read')
})

test('an error names the place that won', () => {
  expect(refusalOf('http: { port: 80 }', { PORT: 'abc' })).toMatch(/^ {2}environment: http\.port: .*number/m)
})

test('no error shows a secret, however it came', () => {
  const refusals = [
    refusalOf(`http: { token: [${SECRET}] }`),
    refusalOf(`http: { token: 1${'0'.repeat(5)} }`, { HTTP_TOKEN: SECRET.slice(0, 15) }),
    refusalOf(`sources:\n  sentry:\n    - { organization: acme, token: ${SECRET} }\n`),
    refusalOf(`sources: { cloudwatch: { credentials: ${SECRET} } }`),
    refusalOf(`sources: { sentry: { organization: acme, token: t, tokn: ${SECRET} } }`),
    refusalOf(`sources: { sentry: ${SECRET} }`),
    refusalOf('', { REDIS_URL: `http://:${SECRET}@cache:6379` }),
  ]
  for (const refusal of refusals) expect(refusal).not.toContain(SECRET.slice(0, 15))
})

test('config.schema.json says what the schema says', () => {
  const file = join(import.meta.dirname, '..', 'config.schema.json')
  const schema = JSON.parse(JSON.stringify(jsonSchema())) as object
  if (process.env['UPDATE']) writeFileSync(file, JSON.stringify(schema)) // `npm run format` lays it out
  expect(JSON.parse(readFileSync(file, 'utf8')), 'run it again with UPDATE=1').toEqual(schema)
})

/** For editors. In the file nothing is required: what a source still needs may come from the environment. */
function jsonSchema() {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    override({ jsonSchema: part, path }) {
      if (path.length === 4 && path[1] === 'sources') delete part.required
    },
  })
}

test('maintenance: once with its offset, or again and again by the clock of a zone', () => {
  const { maintenance } = readConfig({
    file: fileOf(`maintenance:
  - name: database upgrade
    reason: PostgreSQL 18
    services: [orders-db, orders-*]
    from: 2026-11-20T22:00:00+01:00
    until: 2026-11-21T00:00:00+01:00
  - name: nightly patches
    reason: kernel
    clusters: [eu]
    every: { days: [sat, sun], at: 02:30, for: 90m, zone: Europe/Berlin }
`),
    environment: { HOME },
  })
  expect(maintenance).toEqual([
    {
      name: 'database upgrade',
      reason: 'PostgreSQL 18',
      services: ['orders-db', 'orders-*'],
      when: { from: Date.parse('2026-11-20T21:00:00Z'), until: Date.parse('2026-11-20T23:00:00Z') },
    },
    {
      name: 'nightly patches',
      reason: 'kernel',
      clusters: ['eu'],
      when: { days: ['sat', 'sun'], minuteOfDay: 150, lastsMillis: 5_400_000, zone: 'Europe/Berlin' },
    },
  ])
})

test.each([
  ['a moment without its offset', 'services: [a], from: 2026-11-20T22:00:00, until: 2026-11-21T00:00:00Z', 'offset'],
  [
    'an end before its beginning',
    'services: [a], from: 2026-11-20T22:00:00Z, until: 2026-11-20T21:00:00Z',
    'after from',
  ],
  ['no end', 'services: [a], from: 2026-11-20T22:00:00Z', 'either from and until, or every'],
  ['nothing that is covered', 'from: 2026-11-20T22:00:00Z, until: 2026-11-21T00:00:00Z', 'covers everything'],
  ['a zone nobody knows', 'services: [a], every: { at: 02:30, for: 1h, zone: Europe/Bonn }', 'IANA time zone'],
  ['a time nobody has', 'services: [a], every: { at: 24:30, for: 1h, zone: UTC }', 'time of day'],
])('maintenance with %s is refused', (_, given, expected) => {
  expect(refusalOf(`maintenance:\n  - { name: n, reason: r, ${given} }\n`)).toContain(expected)
})
