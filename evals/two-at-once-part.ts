// Two and more troubles at once in evals/results.md.
import type { AddedIssues } from './added-issues.ts'
import type { Part } from './part.ts'
import { brief, figureTable, table } from './part.ts'
import type { SideBySide } from './side-by-side.ts'

export type TwoAtOnce = { added: AddedIssues | undefined; apart: SideBySide | undefined }

export function twoAtOncePart({ added, apart }: TwoAtOnce): Part {
  return {
    name: 'two-at-once',
    lines: [
      '## two-at-once',
      '',
      '`eval two-at-once`: troubles that are each in a recording of their own, brought together before the product sees them.',
      '',
      ...(added ? addedLines(added) : []),
      ...(apart ? apartLines(apart) : []),
    ],
    reached: {
      ...(added && {
        'Two PetShop issues added: both named / single ones stay single': brief(
          added.byShare[1]?.both,
          added.byShare[1]?.single,
        ),
      }),
      ...(apart && {
        'Recordings side by side: pairwise F1 / precision of grouping': brief(apart.pairF1, apart.pairPrecision),
      }),
    },
  }
}

function addedLines({ pairs, singles, oneNamed, bothNamed, byShare }: AddedIssues): string[] {
  return [
    `Two issues of one call graph: ${pairs} pairs of PetShop issues with different causes, drawn by a seed; what the second one added to`,
    `each series is added to the first's; six hours before. Beside them the ${singles} single issues of these pairs. A second cause is`,
    'claimed where it opened an incident of its own, or has a share of the evidence of the first.',
    '',
    ...figureTable('Of two causes, first or second of an incident about them', { one: oneNamed, both: bothNamed }),
    ...table(
      ['least share of a claimed second cause', 'both claimed', 'a single one stays single'],
      byShare.map(row => [row.share.toFixed(1), row.both, row.single]),
    ),
    '- A prototype of the same method: both in 0.21 of 124 pairs and single in 0.92 at a share of 0.3; 0.46 and 0.50 at 0.1.',
    '',
  ]
}

function apartLines({ cases, incidentsPerTrouble, covered, pairPrecision, pairRecall, pairF1 }: SideBySide): string[] {
  return [
    `Apart: ${cases} times two or three recordings of different systems, drawn by a seed, side by side: their last hour. Pairs of signals`,
    'that are in some incident; a trouble of which nothing is in one counts as a missed pair.',
    '',
    ...figureTable('Grouping', {
      'pairwise F1': pairF1,
      precision: pairPrecision,
      recall: pairRecall,
      'troubles with a signal in an incident': covered,
      'incidents a trouble': incidentsPerTrouble,
    }),
  ]
}
