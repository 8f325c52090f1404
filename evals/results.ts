// evals/results.md: what was aimed at and reached, then the figures as they are, each part as it was last measured.
import { AIMS } from './aims.ts'
import type { Part } from './part.ts'
import { table } from './part.ts'

/** `before`: the page as it was; what is not measured now stays as it stands there. */
export function resultsPage(parts: readonly Part[], before: string): string {
  const [head = '', ...older] = before.split(/^(?=## )/m)
  const sections = new Map(older.map(section => [/^## (\S+)/.exec(section)?.[1] ?? '', section.trimEnd()]))
  const reached = new Map(reachedBefore(head))
  for (const part of parts) {
    sections.set(part.name, part.lines.join('\n').trimEnd())
    for (const [measure, value] of Object.entries(part.reached)) reached.set(measure, value)
  }
  const summary = summaryTable(reached).join('\n').trimEnd()
  const named = [...sections.keys()].toSorted((a, b) => place(a) - place(b))
  return `${[HEAD, summary, ...named.map(name => sections.get(name)!)].join('\n\n')}\n`
}

/** What was aimed at and is reached by what was measured now. */
export function summaryOf(parts: readonly Part[]): string[] {
  return summaryTable(new Map(parts.flatMap(({ reached }) => Object.entries(reached))))
}

function summaryTable(reached: ReadonlyMap<string, string>): string[] {
  const rows = Object.entries(AIMS).map(([measure, aim]) => [measure, aim, reached.get(measure) ?? 'not measured'])
  return table(['measure', 'aim', 'reached'], rows)
}

const HEAD = [
  '# Accuracy, measured',
  '',
  'Every figure is what `npm run -s cli -- eval --recordings DIR --data DIR --write` measured: the product replays each',
  'recording from outside, on a virtual clock, and is scored after the run. It never sees a label. In brackets: 95 %',
  'bootstrap over cases. Low figures stand here as they are.',
].join('\n')

/** Sections in this order, others after them. */
const ORDER = [
  'petshop',
  'nezha',
  'nab',
  'tvdiag',
  'snapshots',
  'opensre',
  'synthetic',
  'two-at-once',
  'confidence',
  'ablations',
  'loghub',
]

function place(name: string): number {
  const at = ORDER.findIndex(known => name === known || name.startsWith(`${known}-`))
  return at < 0 ? ORDER.length : at
}

function reachedBefore(head: string): [measure: string, reached: string][] {
  return [...head.matchAll(/^\| (.+?) \| .+? \| (.+) \|$/gm)].map(([, measure = '', value = '']) => [measure, value])
}
