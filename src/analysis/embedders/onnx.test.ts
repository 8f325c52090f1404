// Transformers: what needs onnxruntime-node runs where it is installed, and is skipped by name where it is not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import byteReference from '../fixtures/byte-pairs.json' with { type: 'json' }
import texts from '../fixtures/embeddings.json' with { type: 'json' }
import reference from '../fixtures/minilm.json' with { type: 'json' }
import { dot, norm, row } from '../vector.ts'
import { openBlockingEmbedder } from './blocking.ts'
import { readModelFolder, shippedMiniLm } from './model-folder.ts'
import { hasOnnxRuntime } from './onnx-runtime.ts'
import { OnnxModel, openOnnxEmbedder } from './onnx.ts'
import { pool } from './pooling.ts'
import { writeTinyModel } from './tiny-model.fixture.ts'

const models = fileURLToPath(new URL('../../../models', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'onnx-'))
afterAll(() => rmSync(temporary, { recursive: true }))

const VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'disk', 'full']
const TABLE = [
  [100, 100], // padding, which must not count
  [0, 0],
  [3, 4],
  [0, 0],
  [0, 9],
  [5, -1],
]

function tiny(name: string, pooling: object = {}): string {
  const folder = join(temporary, name)
  writeTinyModel(folder, VOCABULARY, TABLE, pooling)
  return folder
}

describe.skipIf(!hasOnnxRuntime())('with onnxruntime-node', () => {
  // To 3 decimals: sums of the int8 model differ between builds of the runtime.
  test('MiniLM gives the vectors of the reference', async () => {
    const model = await OnnxModel.open(shippedMiniLm(models))
    const said = texts.cases.map(({ text }) => text)
    const rows = await model.embed(said)
    const of = (i: number) => row(rows, model.dims, i % said.length)
    for (const [i, { first8, next }] of reference.cases.entries()) {
      expect(norm(of(i)), said[i]).toBeCloseTo(1, 5)
      expect(Array.from(of(i).slice(0, 8)), said[i]).toEqual(first8.map(value => expect.closeTo(value, 3)))
      expect(dot(of(i), of(i + 1)), said[i]).toBeCloseTo(next, 3)
    }
    const alone = await model.embed([said[7]!])
    expect(dot(alone, of(7))).toBeCloseTo(1, 5)
    await model.close()
  })

  test('a folder of sentence-transformers is pooled as it says, padding left out', async () => {
    const said = ['disk full', 'disk', '']
    const pooled = async (folder: string, given = {}) => {
      const model = await OnnxModel.open(readModelFolder(folder, given))
      return Array.from(await model.embed(said), value => Math.round(1000 * value) / 1000)
    }
    // [CLS] disk full [SEP]: mean (8, 12) / 4, first (3, 4), largest (5, 9)
    const mean = tiny('mean')
    expect((await pooled(mean)).slice(0, 2)).toEqual([0.555, 0.832])
    expect(await pooled(tiny('cls', { pooling_mode_cls_token: true }))).toEqual([0.6, 0.8, 0.6, 0.8, 0.6, 0.8])
    expect((await pooled(mean, { pooling: 'max' })).slice(0, 4)).toEqual([0.486, 0.874, 0.316, 0.949])
  })

  test('texts are cut at the length of the model, and one without a known word gets zeros', async () => {
    const embedder = await openOnnxEmbedder(readModelFolder(tiny('short')))
    expect(embedder).toMatchObject({ name: expect.stringMatching(/^short-mean-[0-9a-f]{8}$/), dims: 2 })
    const rows = await embedder.embed(['disk '.repeat(4), `${'disk '.repeat(4)} full`, '🔥', ''])
    expect(row(rows, 2, 0)).toEqual(row(rows, 2, 1))
    expect(Array.from(rows.subarray(4))).toEqual([0, 0, 0, 0])
  })

  test('a thread that may wait asks it as any other, and is told how often it was asked the same', () => {
    const embedder = openBlockingEmbedder({ model: 'folder', folder: tiny('blocking') }, models)
    const first = embedder.embed(['disk full', 'disk'])
    expect(embedder.embed(['disk', 'disk full'])).toEqual(Float32Array.of(...first.slice(2), ...first.slice(0, 2)))
    expect(embedder.counts()).toEqual({ hits: 2, misses: 2 })
    expect(embedder.counts()).toEqual({ hits: 0, misses: 0 })
    embedder.close()
  })
})

describe.skipIf(!hasOnnxRuntime())('with onnxruntime-node and a Redis that is down', () => {
  test('texts are embedded as without it, and what is wrong is told once', () => {
    const embedder = openBlockingEmbedder({ model: 'folder', folder: tiny('down') }, models, 'redis://127.0.0.1:9')
    const alone = openBlockingEmbedder({ model: 'folder', folder: tiny('alone') }, models)
    expect(embedder.embed(['disk full', 'disk'])).toEqual(alone.embed(['disk full', 'disk']))
    expect(embedder.embed(['disk'])).toEqual(alone.embed(['disk']))
    expect(embedder.counts()).toEqual({ hits: 1, misses: 2, trouble: expect.stringContaining('127.0.0.1:9') })
    expect(embedder.counts()).toEqual({ hits: 0, misses: 0 })
    for (const each of [embedder, alone]) each.close()
  })
})

describe.skipIf(hasOnnxRuntime())('without onnxruntime-node', () => {
  test('opening a transformer says what to install', async () => {
    const expected = /onnxruntime-node is missing.*npm install onnxruntime-node/
    await expect(openOnnxEmbedder(shippedMiniLm(models))).rejects.toThrow(expected)
    expect(() => openBlockingEmbedder({ model: 'minilm' }, models)).toThrow(expected)
  })
})

test('pooling, worked out by hand', () => {
  const tokens = [1, -2, 3, -4, 9, 9, 5, 6, 0, 0, 0, 0] // 2 texts x 3 tokens x 2
  const mask = [1, 1, 0, 1, 0, 0]
  expect(Array.from(pool(tokens, mask, [2, 3, 2], 'mean'))).toEqual([2, -3, 5, 6])
  expect(Array.from(pool(tokens, mask, [2, 3, 2], 'cls'))).toEqual([1, -2, 5, 6])
  expect(Array.from(pool(tokens, mask, [2, 3, 2], 'max'))).toEqual([3, -2, 5, 6])
  expect(Array.from(pool(tokens, [0, 0, 0, 1, 0, 0], [2, 3, 2], 'max'))).toEqual([0, 0, 5, 6])
})

test('a folder of a RoBERTa is cut into byte pairs', () => {
  const folder = tiny('roberta')
  rmSync(join(folder, 'vocab.txt'))
  writeFileSync(join(folder, 'vocab.json'), JSON.stringify(byteReference.vocab))
  writeFileSync(join(folder, 'merges.txt'), ['#version: 0.2', ...byteReference.merges, ''].join('\n'))
  const { tokens } = readModelFolder(folder)
  for (const { text, ids } of byteReference.cases) expect(tokens.encode(text, 512)).toEqual(ids)
  expect(tokens).toMatchObject({ begin: 0, padding: 1, end: 2 })
})

test('a folder that is no model is refused, and the message says what is missing', () => {
  expect(() => readModelFolder(temporary)).toThrow(`Expected one of model.onnx, onnx/model.onnx`)
  const folder = tiny('untold')
  rmSync(join(folder, 'vocab.txt'))
  expect(() => readModelFolder(folder)).toThrow('Expected vocab.txt (BERT), or vocab.json and merges.txt (RoBERTa)')
})
