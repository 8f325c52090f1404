// A hundred thousand inputs of any shape, each seeded: nothing may crash, hang or give what its docstring does not say.
// Lines of any bytes: `fuzz-lines.test.ts`; rows to group: `fuzz-rows.test.ts`.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { BytePairs } from './embedders/byte-pairs.ts'
import { isolationForest } from './detectors/isolation-forest.ts'
import { noise } from './detectors/noise.ts'
import { SERIES_DETECTORS } from './detectors/series-detectors.ts'
import { statistical } from './detectors/statistical.ts'
import { spellOut } from './embed.ts'
import { pool } from './embedders/pooling.ts'
import { openStaticEmbedder } from './embedders/static.ts'
import { vote } from './ensemble.ts'
import { below, expectBetween, expectScores, fuzz, numbers, type Random } from './fuzz.fixture.ts'
import reference from './fixtures/byte-pairs.json' with { type: 'json' }
import { entropyOf } from './signal-features.ts'
import { iqr, medianAndDeviation, quantile, robustScale } from './statistics.ts'
import { AdaptiveThreshold } from './threshold.ts'
import { norm } from './vector.ts'

const PIECES = [
  'a',
  'Z',
  '0',
  ' ',
  '\n',
  '\0',
  'é',
  '\ud800',
  '\udc00',
  '🔥',
  '漢',
  '\u0301',
  '[CLS]',
  '##ing',
  '\\',
  '%',
  'ECONNRESET',
  '502',
]

function text(random: Random): string {
  return Array.from({ length: below(random, 30) }, () =>
    random() < 0.2 ? String.fromCharCode(below(random, 65_536)) : PIECES[below(random, PIECES.length)],
  ).join('')
}

test('30,000 series: every detector scores every value in 0..1, a missing one 0', () => {
  fuzz(5_000, random => {
    const n = below(random, 40)
    const values = numbers(random, n)
    const times = numbers(random, n).sort()
    for (const detector of SERIES_DETECTORS) {
      const scores = detector.score(times, values)
      expectScores(scores, n)
      for (let i = 0; i < n; i++)
        if (Number.isNaN(values[i]) && scores[i] !== 0) throw new Error(`${detector.name} at ${i}`)
    }
  })
})

test('8,000 batches of rows: every detector scores every row in 0..1', () => {
  const detectors = [
    isolationForest({ trees: 3, samples: 8, contamination: 0.2 }),
    statistical(),
    isolationForest({ trees: 2 }),
    noise(),
  ]
  fuzz(2_000, random => {
    const [n, d] = [below(random, 25), below(random, 4)]
    const rows = numbers(random, n * d)
    const scores = detectors.map(detector => detector.score(rows, n, d))
    for (const of of scores) expectScores(of, n)
    const [hdbscan, forest, plain] = [scores[3]!, scores[2]!, scores[1]!]
    const voted = vote({ hdbscan, isolation_forest: forest, statistical: plain })
    expectScores(voted.score, n)
    expectScores(voted.confidence, n)
  })
})

test('20,000 texts: tokens of any, vectors of length 1 or 0', () => {
  const pairs = new BytePairs(reference.vocab, reference.merges)
  const embedder = openStaticEmbedder(fileURLToPath(new URL('../../models', import.meta.url)))
  fuzz(20_000, random => {
    const said = text(random)
    const length = norm(embedder.embed([said]))
    if (!(length === 0 || Math.abs(length - 1) < 1e-5)) throw new Error(`length ${length} of ${JSON.stringify(said)}`)
    if (!spellOut(said).isWellFormed() && said.isWellFormed()) throw new Error('spelling out broke a character')
    expectBetween(entropyOf(said), 0, 16)
    if (pairs.encode(said, 8).some(id => id === undefined)) throw new Error('a byte without a token')
  })
})

test('16,000 lists of numbers: statistics lie among the finite values, thresholds are never NaN', () => {
  const methods = ['percentile', 'zscore', 'iqr'] as const
  fuzz(8_000, random => {
    const values = numbers(random, 1 + below(random, 30), true)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    for (const q of [0, 0.25, random(), 1]) expectBetween(quantile(values, q), low, high)
    expectBetween(iqr(values), 0, high - low)
    expectBetween(medianAndDeviation(values).centre, low, high)
    const { centre, scale } = robustScale(values, values.length, 1)
    if (!Number.isFinite(centre[0]) || !(scale[0]! >= 0)) throw new Error(`${centre[0]}, ${scale[0]}`)
  })
  fuzz(8_000, random => {
    const options = {
      method: methods[below(random, 3)]!,
      windowSize: 1 + below(random, 50),
      updateFrequency: 1 + below(random, 9),
    }
    const threshold = new AdaptiveThreshold({ ...options, sensitivity: 0.5 + 0.49 * random() })
    for (let batch = 0; batch < 3; batch++) threshold.update(numbers(random, below(random, 30)))
    if (Number.isNaN(threshold.value)) throw new Error('NaN')
    if (threshold.snapshot().length > options.windowSize) throw new Error('it remembers more than its window')
  })
})

test('10,000 batches of tokens: pooled vectors lie within what was pooled', () => {
  fuzz(10_000, random => {
    const [n, t, d] = [below(random, 4), below(random, 5), below(random, 4)]
    const tokens = Float32Array.from({ length: n * t * d }, () => random() - 0.5)
    const mask = Array.from({ length: n * t }, () => below(random, 2))
    for (const pooling of ['mean', 'cls', 'max'] as const) {
      const pooled = pool(tokens, mask, [n, t, d], pooling)
      expect(pooled.length).toBe(n * d)
      for (const value of pooled) expectBetween(value, -0.5, 0.5)
    }
  })
})
