// The switch of the configuration, as the product turns it: through the analyst and its thread.
import { expect, test } from 'vitest'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { createAnalyst } from '../analyst.ts'
import { alarm, MINUTE, readingsAt, said, START } from '../shop.fixture.ts'
import { hasOnnxRuntime } from './onnx-runtime.ts'

const clock = () => START

test.skipIf(hasOnnxRuntime())('without onnxruntime-node, a start with MiniLM says what to install', async () => {
  const given = { clock, log: SILENT, embedder: { model: 'minilm' } } as const
  await expect(createAnalyst(given)).rejects.toMatchObject({
    code: 'validation',
    message: expect.stringContaining('npm install onnxruntime-node'),
  })
})

test.skipIf(!hasOnnxRuntime())(
  'with MiniLM, texts of an incident are embedded once, and the cache is counted',
  async () => {
    const counted: [string, unknown, number?][] = []
    const observe = { ...UNOBSERVED, count: (...of: [string, unknown, number?]) => void counted.push(of) }
    const analyst = await createAnalyst({ clock, log: SILENT, observe, embedder: { model: 'minilm' } })
    await analyst.learn(readingsAt(START), START) // who calls whom
    const at = START + MINUTE
    const trouble = [
      alarm({ id: 'alarm', at, service: 'checkout' }),
      said({ id: 'a', at, service: 'checkout', text: 'connection to the database refused' }),
      said({ id: 'b', at, service: 'payments', source: 'kubernetes', text: 'database refused the connection' }),
    ]
    const related = await analyst.correlate(trouble, 'semantic')
    expect(related.map(({ a, b }) => [a, b])).toEqual([['a', 'b']])
    await analyst.analyse(readingsAt(at, {}, trouble), at, { learn: false })
    await analyst.close()
    const hits = counted.find(
      ([name, labels]) => name === 'embedding_cache_total' && JSON.stringify(labels) === '{"outcome":"hit"}',
    )
    const misses = counted.find(([, labels]) => JSON.stringify(labels) === '{"outcome":"miss"}')
    expect([hits?.[2], misses?.[2]]).toEqual([expect.any(Number), expect.any(Number)])
    expect(misses?.[2]).toBeGreaterThanOrEqual(2)
  },
)
