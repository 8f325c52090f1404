import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { spellOut } from './embed.ts'
import { openStaticEmbedder, StaticModel } from './embedders/static.ts'
import reference from './fixtures/embeddings.json' with { type: 'json' }
import { readModelFile } from './embedders/model-file.ts'
import { dot, norm, row } from './vector.ts'
import { WordPiece } from './embedders/wordpiece.ts'

const models = fileURLToPath(new URL('../../models', import.meta.url))
const { cases } = reference

test("texts fall into the reference tokeniser's tokens, at most 256 with [CLS] and [SEP]", () => {
  const tokens = new WordPiece(readModelFile(models, 'vocab.txt').toString())
  for (const { text, ids } of cases) expect(tokens.encode(text, 254), text).toEqual(ids)
})

test('vectors are those of the reference', () => {
  const model = StaticModel.open(models)
  const vectors = cases.map(() => new Float32Array(model.dims))
  for (const [i, { text, length, first8, next }] of cases.entries()) {
    expect(model.embed(text, vectors[i]!), text).toBeCloseTo(length, 4)
    expect(Array.from(vectors[i]!.slice(0, 8)), text).toEqual(first8.map(value => expect.closeTo(value, 5)))
    const following = new Float32Array(model.dims)
    model.embed(cases[(i + 1) % cases.length]!.text, following)
    expect(dot(vectors[i]!, following), text).toBeCloseTo(next, 5)
  }
})

test('rows have length 1, or 0 where nothing is known, and do not depend on their batch', () => {
  const embedder = openStaticEmbedder(models)
  const texts = ['connection refused', '', '🔥', 'x'.repeat(1 << 20), 'connection refused']
  const rows = embedder.embed(texts)
  expect(texts.map((_, i) => norm(row(rows, embedder.dims, i)))).toEqual([
    expect.closeTo(1, 6),
    0,
    0,
    0,
    expect.closeTo(1, 6),
  ])
  expect(row(rows, embedder.dims, 4)).toEqual(embedder.embed(['connection refused']))
})

test('spelling out brings the name of an error near to its meaning', () => {
  expect(spellOut('CrashLoopBackOff: connect ECONNREFUSED, then 502')).toBe(
    'Crash Loop Back Off: connect ECONNREFUSED, then 502 connection refused Bad Gateway',
  )
  expect(spellOut('getaddrinfo ENOTFOUND db_main')).toBe('getaddrinfo ENOTFOUND db main dns name not found')
  expect(spellOut('EVERYTHING is fine at 10.500 and 4.502')).toBe('EVERYTHING is fine at 10.500 and 4.502')
  const embedder = openStaticEmbedder(models)
  const rows = embedder.embed(['ENOSPC while writing', 'no space left on device', 'all pods are ready'])
  const [name, meaning, other] = [0, 1, 2].map(i => row(rows, embedder.dims, i))
  expect(dot(name!, meaning!)).toBeGreaterThan(0.5)
  expect(dot(name!, other!)).toBeLessThan(0.3)
})

test('a damaged, unlisted or missing model file is refused, and the message says which and why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'models-'))
  try {
    expect(() => openStaticEmbedder(folder)).toThrow(/cannot read .*manifest\.json/)
    copyFileSync(join(models, 'manifest.json'), join(folder, 'manifest.json'))
    expect(() => openStaticEmbedder(folder)).toThrow(/cannot read .*static-256\.json/)
    writeFileSync(join(folder, 'static-256.json'), '{}')
    expect(() => openStaticEmbedder(folder)).toThrow(/static-256\.json is damaged or another version: its SHA-256 is /)
    expect(() => readModelFile(folder, 'other.bin')).toThrow(/expected other\.bin in .*manifest\.json/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
