// The clustering of log lines in evals/results.md.
import type { LoghubRow } from './loghub.ts'
import { meanRow } from './loghub.ts'
import type { Part } from './part.ts'
import { table } from './part.ts'

export function loghubPart(rows: readonly LoghubRow[]): Part {
  const inputs = (['content', 'raw'] as const).filter(input => rows.some(row => row.input === input))
  const all = [...rows, ...inputs.map(input => meanRow(rows, input))]
  return {
    name: 'loghub',
    lines: [
      '## loghub',
      '',
      'Clustering of log lines by `cluster`. The rules were shaped on these eight systems: the figures are a fit, not a forecast.',
      '',
      ...table(
        ['system', 'input', 'ARI', 'pairwise F1', 'grouping accuracy', 'NMI'],
        all.map(({ system, input, ari, pairF1, ga, nmi }) => [
          system,
          input,
          ...[ari, pairF1, ga, nmi].map(value => value.toFixed(4)),
        ]),
      ),
      '- Regular-expression masking alone: ARI 0.83, pairwise F1 0.85, grouping accuracy 0.57; HDBSCAN on raw TF-IDF: ARI 0.52. Best published (Drain): pairwise F1 0.98, grouping accuracy 0.87.',
      '',
    ],
    reached: {},
  }
}
