// A hub of our own on loopback; skipped where @huggingface/transformers, which is no dependency, is not installed.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { row } from '../vector.ts'
import { openBlockingEmbedder } from './blocking.ts'
import { openHubEmbedder } from './hub.ts'
import { embedderSettings, type HubSettings } from './schema.ts'
import { writeTinyModel } from './tiny-model.fixture.ts'
import { hasTransformers } from './transformers.ts'

const VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'disk', 'full']
const TABLE = [
  [100, 100], // padding, which must not count
  [0, 0],
  [3, 4],
  [0, 0],
  [0, 9],
  [5, -1],
]
const temporary = mkdtempSync(join(tmpdir(), 'hub-'))
afterAll(() => rmSync(temporary, { recursive: true }))

function settings(given: Partial<HubSettings>): HubSettings {
  const whole = embedderSettings.parse({ model: 'hub', name: 'us/tiny', cache: join(temporary, 'cache'), ...given })
  if (whole.model !== 'hub') throw new Error('expected the settings of a hub')
  return whole
}

describe.skipIf(!hasTransformers())('with @huggingface/transformers', () => {
  let server: Server
  let hub: string
  const asked: string[] = []
  beforeAll(async () => {
    const folder = join(temporary, 'tiny')
    writeTinyModel(folder, VOCABULARY, TABLE, {})
    const config = { model_type: 'bert', architectures: ['BertModel'] }
    const tokens = { tokenizer_class: 'BertTokenizer', model_max_length: 6, pad_token: '[PAD]', unk_token: '[UNK]' }
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(tokens))
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer()))
    server = createServer((request, response) => {
      const path = new URL(request.url!, 'http://hub').pathname
      asked.push(path)
      const [, , name, , , ...parts] = path.split('/') // /us/tiny/resolve/main/config.json
      const file = join(folder, ...parts)
      const isThere = name === 'tiny' || (name === 'tokenless' && !path.includes('tokenizer'))
      if (name === 'ill') response.writeHead(503).end()
      else if (isThere && existsSync(file)) response.end(readFileSync(file))
      else response.writeHead(404).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  afterAll(() => server.close())

  test('a model is fetched once, pooled as told, and gives vectors of length 1', async () => {
    const said = ['disk full', 'disk', 'FULL disk', '🔥', '']
    const embedder = await openHubEmbedder(settings({ hub }))
    expect(embedder).toMatchObject({ name: expect.stringMatching(/^us-tiny-mean-6-[0-9a-f]{8}$/), dims: 2 })
    const rows = await embedder.embed(said)
    // [CLS] disk full [SEP]: mean (8, 12) / 4, first (3, 4), largest (5, 9)
    expect(Array.from(rows)).toEqual([0.555, 0.832, 0.225, 0.974, 0.555, 0.832, 0, 0, 0, 0].map(near))
    expect(await embedder.embed(['disk', 'disk full'])).toEqual(Float32Array.of(...row(rows, 2, 1), ...row(rows, 2, 0)))
    await embedder.close()
    const fetched = asked.length
    const [cls, max] = await Promise.all(
      (['cls', 'max'] as const).map(pooling => openHubEmbedder(settings({ hub, pooling }))),
    )
    expect(Array.from(await cls!.embed(['disk full']))).toEqual([0.6, 0.8].map(near))
    expect(Array.from(await max!.embed(['disk full']))).toEqual([0.486, 0.874].map(near))
    expect(asked.slice(fetched).filter(path => path.endsWith('.onnx'))).toEqual([])
    await Promise.all([cls!.close(), max!.close()])
  })

  test('a model fetched before needs no hub, and a longer text is cut', async () => {
    const embedder = await openHubEmbedder(settings({ hub: 'http://127.0.0.1:9/' }))
    const rows = await embedder.embed(['disk '.repeat(4), `${'disk '.repeat(4)} full`])
    expect(row(rows, 2, 0)).toEqual(row(rows, 2, 1))
    await embedder.close()
  })

  test('asked through a thread that waits it gives the same vectors', () => {
    const embedder = openBlockingEmbedder(settings({ hub: 'http://127.0.0.1:9/' }), temporary)
    expect(Array.from(embedder.embed(['disk full', 'disk [SEP] full']))).toEqual([0.555, 0.832, 0.555, 0.832].map(near))
    embedder.close()
  })

  test('a model the hub has not, and a hub that is not there, are told apart', async () => {
    for (const name of ['us/none', 'us/tokenless']) {
      await expect(openHubEmbedder(settings({ hub, name }))).rejects.toMatchObject({
        code: 'validation',
        message: expect.stringContaining(`${hub} has no model ${name} as ONNX`),
      })
    }
    await expect(openHubEmbedder(settings({ hub, name: 'us/ill' }))).rejects.toMatchObject({ code: 'network' })
    const gone = settings({ hub: 'http://127.0.0.1:9/', name: 'us/other' })
    await expect(openHubEmbedder(gone)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/us\/other could not be fetched from http:\/\/127.0.0.1:9\/: .*give a folder/),
    })
  })
})

test.skipIf(hasTransformers())('without @huggingface/transformers, opening one says what to install', async () => {
  const expected = /@huggingface\/transformers is missing.*npm install @huggingface\/transformers/
  await expect(openHubEmbedder(settings({}))).rejects.toThrow(expected)
})

test('a name is that of a model on a hub, no path', () => {
  for (const name of ['../models', '/etc/passwd', 'tiny', 'a/b/c', './a/b', 'a/..']) {
    expect(embedderSettings.safeParse({ model: 'hub', name }).success, name).toBe(false)
  }
  expect(embedderSettings.parse({ model: 'hub', name: 'Xenova/all-MiniLM-L12-v2' })).toMatchObject({
    hub: 'https://huggingface.co/',
  })
})

function near(value: number): unknown {
  return expect.closeTo(value, 3)
}

/** As the tokenizers library writes one of BERT. */
function tokenizer() {
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]']
  const piece = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  const ids = (token: string) => [token, { id: token, ids: [VOCABULARY.indexOf(token)], tokens: [token] }]
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [piece('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, piece('[SEP]')],
      pair: [],
      special_tokens: Object.fromEntries(['[CLS]', '[SEP]'].map(ids)),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
    },
  }
}
