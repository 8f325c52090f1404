// The synthetic incidents in evals/results.md. Of the reported half only figures are printed, so that nobody mends the product by it.
import type { Part } from './part.ts'
import { brief, table } from './part.ts'
import type { HalfFigures, SyntheticFact, SyntheticFigures } from './synthetic-score.ts'
import { ASSUMPTIONS } from './synthetic-response.ts'

const ROWS: readonly (readonly [string, (half: HalfFigures) => HalfFigures[keyof HalfFigures]])[] = [
  ['cases', half => half.cases],
  ['correlations: precision', half => half.precision],
  ['correlations: recall', half => half.recall],
  ['one fault: right cause first', half => half.causeFirst],
  ['one fault stays one incident', half => half.singleStaysSingle],
  ['several apart: grouping, pairwise F1', half => half.groupingF1Apart],
  ['several apart: grouping, pairwise precision', half => half.groupingPrecisionApart],
  ['several apart: every cause named', half => half.allNamedApart],
  ['several in one call graph: grouping, pairwise F1', half => half.groupingF1Within],
  ['several in one call graph: grouping, pairwise precision', half => half.groupingPrecisionWithin],
  ['several in one call graph: every cause named', half => half.allNamedWithin],
  ['false incidents an hour, all cases', half => half.falseAnHour],
  ['false incidents an hour, quiet days', half => half.falseAnHourQuiet],
  ['minutes from fault to mended, by hand (median)', half => half.minutesByHand],
  ['minutes from fault to mended, with the product (median)', half => half.minutesWithProduct],
  ['clusters of messages: adjusted Rand index', half => half.clusterAri],
  ['clusters of messages: silhouette', half => half.silhouette],
]

const MOST_MISSES = 30

export function syntheticPart({ facts, halves: { all, development, reported } }: SyntheticFigures): Part {
  const missed = facts.filter(fact => fact.half === 'development' && isMissed(fact))
  return {
    name: 'synthetic',
    lines: [
      '## synthetic',
      '',
      `\`npm run -s cli -- eval synthetic\`: ${all.cases} cases told by seeds over five made applications (\`evals/synthetic-incidents\`), whose effects`,
      'follow from how calls, timeouts, retries and alarms work. Half of the seeds were looked at while the product was mended',
      '(development), the others only measured (reported). A cause of several counts as named where it is first of an incident, or among',
      'as many first ones of one incident as there are faults.',
      '',
      ...table(
        ['', 'all', 'development', 'reported'],
        ROWS.map(([name, of]) => [name, of(all), of(development), of(reported)]),
      ),
      'Minutes rest on these assumptions, which are judgement:',
      '',
      ...ASSUMPTIONS.map(assumption => `- ${assumption}`),
      '',
      'Missed in the development half:',
      '',
      ...missed.slice(0, MOST_MISSES).map(lineOf),
      '',
    ],
    reached: {
      'Synthetic incidents: precision / recall of correlations': `${brief(all.precision, all.recall)} (reported half ${brief(reported.precision, reported.recall)})`,
      'Two troubles apart: pairwise F1 / precision of grouping': `${brief(all.groupingF1Apart, all.groupingPrecisionApart)} (reported half ${brief(reported.groupingF1Apart, reported.groupingPrecisionApart)})`,
      'Two troubles in one call graph: both named / single ones stay single': `${brief(all.allNamedWithin, all.singleStaysSingle)} (reported half ${brief(reported.allNamedWithin, reported.singleStaysSingle)})`,
    },
  }
}

function isMissed({ set, opened, falseOnes, allNamed, faults }: SyntheticFact): boolean {
  const asMany = set === 'apart' || set === 'quiet' ? opened === faults.length : set === 'within' || opened === 1
  return !asMany || !allNamed || falseOnes > 0
}

function lineOf({ name, faults, opened, falseOnes, places }: SyntheticFact): string {
  const named = faults.map((fault, i) => `${fault} ${places[i]! < 0 ? 'not named' : `at place ${places[i]! + 1}`}`)
  return `- ${name}: ${named.join('; ') || 'nothing wrong'}; ${opened} opened, ${falseOnes} of them false`
}
