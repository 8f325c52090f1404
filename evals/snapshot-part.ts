// The made-up clusters in evals/results.md. Of the unseen half only the number of misses is printed, so that it stays unseen.
import type { Part } from './part.ts'
import { brief, figureTable, table } from './part.ts'
import type { SnapshotFigures } from './snapshot-score.ts'

const MOST_MISSES = 60

export function snapshotPart(figures: SnapshotFigures): Part {
  const { cases, healthy, first, firstThree, ece, silent, byHalf, byCategory, facts } = figures
  const missed = facts.filter(({ place }) => place !== 0)
  const seen = missed.filter(({ half }) => half !== 'unseen')
  return {
    name: 'snapshots',
    lines: [
      '## snapshots',
      '',
      `\`npm run -s cli -- eval snapshots\`: ${cases} clusters with one fault each and ${healthy} healthy, odd-looking ones, written from what`,
      'Kubernetes leaves behind by somebody who did not know the checks (`evals/snapshots`). Macro: the mean of the categories.',
      'Misses on every second fault of a category were looked at while checks were written (seen), on the others never (unseen).',
      '',
      ...figureTable('Right object', {
        'first (macro)': first,
        'among the first three (macro)': firstThree,
        ece,
        'healthy ones left alone': silent,
      }),
      ...table(
        ['half', 'cases', 'first (macro)', 'among the first three (macro)'],
        byHalf.map(row => [row.half, row.n, row.first, row.firstThree]),
      ),
      ...table(
        ['category', 'cases', 'first', 'first three', 'first, seen', 'first, unseen'],
        byCategory.map(row => [
          row.category,
          row.n,
          brief(row.first),
          brief(row.firstThree),
          brief(row.seen),
          brief(row.unseen),
        ]),
      ),
      `Missed: ${missed.length}, of which ${missed.length - seen.length} among the unseen. The seen ones:`,
      '',
      ...seen
        .slice(0, MOST_MISSES)
        .map(({ name, place, said }) => `- ${name}: ${place > 0 ? `place ${place + 1}` : 'not named'}; said: ${said}`),
      '',
    ],
    reached: {
      'Kubernetes snapshots: right object first (macro)': `${brief(first)} (seen ${brief(byHalf[0]?.first)}, unseen ${brief(byHalf[1]?.first)})`,
      'Kubernetes snapshots: healthy ones left alone': brief(silent),
    },
  }
}
