import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { SILENT } from '#incident/observe.ts'
import { readConfig } from './config.ts'
import { admissionOf } from './mcp-clients.ts'

const folder = mkdtempSync(join(tmpdir(), 'keys-'))
const file = join(folder, 'keys.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

const line = (name: string) =>
  `- { name: ${name}, sha256: ${createHash('sha256').update(name).digest('hex')}, servers: { grafana: read } }\n`

function admission(http: Record<string, unknown>, told: string[] = []) {
  const log = { ...SILENT, error: (_fields: unknown, message: string) => void told.push(message) }
  return admissionOf(readConfig({ environment: {}, overrides: { http } }).http, log)
}

test('a key is rotated without a restart: the file is read again when it has changed', () => {
  writeFileSync(file, line('old'))
  const told: string[] = []
  const { keys } = admission({ keysFile: file }, told)
  const names = () => keys?.().map(({ name }) => name)
  expect(names()).toEqual(['old'])
  writeFileSync(file, line('old') + line('newer'))
  expect(names()).toEqual(['old', 'newer'])
  writeFileSync(file, line('newer'))
  expect(names()).toEqual(['newer'])
  writeFileSync(file, '- { name: half')
  expect(names()).toEqual(['newer'])
  expect(told).toEqual(['keys of MCP clients stay as they were'])
  writeFileSync(file, '')
  expect(names()).toEqual([])
})

test('a file of keys that cannot be used is refused at the start, and says why', () => {
  writeFileSync(file, '- { name: ana, sha256: not a hash, servers: { grafana: read } }\n')
  expect(() => admission({ keysFile: file })).toThrow(/keys\.yaml cannot be used[\s\S]*sha256/)
  expect(() => admission({ keysFile: join(folder, 'none.yaml') })).toThrow(
    /none\.yaml cannot be used[\s\S]*no such file/,
  )
})

test('without keys, tokens or an issuer nobody is asked; an issuer must be reached safely', () => {
  expect(admission({})).toEqual({ token: undefined, requestsPerMinute: 600 })
  expect(() => admission({ oauth: { issuer: 'http://login.example', url: 'https://ops.example' } })).toThrow(
    /issuer.*expected an https address/s,
  )
})
