import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openKey } from './keys.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'keys-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('the same key at every start, for its owner only; also where the first start ended before it was written', () => {
  writeFileSync(join(folder, 'approval.key'), '')
  const key = openKey(folder)
  expect(openKey(folder).equals(key)).toBe(true)
  expect(statSync(join(folder, 'approval.key')).mode & 0o777).toBe(0o600)
})

test('a key that is none is left alone', () => {
  writeFileSync(join(folder, 'approval.key'), 'something else')
  expect(() => openKey(folder)).toThrow(/approval\.key cannot be read or written/)
})
