import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { SILENT } from '#incident/observe.ts'
import { alike } from './alike.ts'
import { createAnalyst } from './analyst.ts'
import { openStaticEmbedder } from './embedders/static.ts'

const embedder = openStaticEmbedder(fileURLToPath(new URL('../../models', import.meta.url)))
const TEXT = 'connection to the database refused'
const OTHERS = ['certificate of the ingress has expired', 'ECONNREFUSED while connecting to the database', '🔥', TEXT]

test('texts about the same fault are found, nearest first, and others are not', () => {
  expect(alike(TEXT, OTHERS, embedder)).toEqual([
    { nth: 3, cosine: 1 },
    { nth: 1, cosine: expect.closeTo(0.785, 2) },
  ])
  expect([alike(TEXT, [], embedder), alike('🔥', OTHERS, embedder)]).toEqual([[], []])
})

test('the thread of the analysis answers the same', async () => {
  const analyst = await createAnalyst({ clock: () => 0, log: SILENT })
  expect(await analyst.alike(TEXT, OTHERS)).toEqual(alike(TEXT, OTHERS, embedder))
  await analyst.close()
})
