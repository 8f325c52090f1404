// A data set of recordings in evals/results.md, with what simple and published methods reach on the same data.
import type { Aim } from './aims.ts'
import type { Part } from './part.ts'
import { brief, figureTable, shown, table } from './part.ts'
import type { Counted, Figures, Result } from './score.ts'

export function datasetPart(result: Result): Part {
  const { dataset, recordings, failures, secondsMedian, secondsMax, bySystem } = result
  const run = `${recordings} recordings, ${failures} failed; seconds a replay: median ${secondsMedian.toFixed(1)}, longest ${secondsMax.toFixed(1)}.`
  const systems = bySystem.flatMap(part => [`### ${nameOfSystem(part.system)}`, '', ...counted(part)])
  return {
    name: dataset,
    lines: [
      `## ${dataset}`,
      '',
      run,
      '',
      ...(systems.length > 0 ? [...systems, '### All together', ''] : []),
      ...counted(result),
      ...(BESIDE[dataset] ?? []).map(line => `- ${line}`),
      '',
    ],
    reached: reachedBy(result),
  }
}

const SYSTEMS: Record<string, string> = { hipster: 'Online Boutique', ts: 'TrainTicket' }

/** Systems go by the namespace their faults lie in; people know some by another name. */
export function nameOfSystem(namespace: string): string {
  return SYSTEMS[namespace] ?? namespace
}

/** What simple methods reach on the same data, measured when it was prepared; the best published figure where there is one. */
const BESIDE: Record<string, string[]> = {
  petshop: [
    'Root cause, first / first three (52 issues, all traffics; half of them are here): robust z 0.21 / 0.48; n-sigma on the target metric 0.31 / 0.79; largest deviation 0.46 / 0.73 (the 26 here); best published 0.654 / 0.788, with the graph 0.558 / 0.769.',
    'Normal data: any series z > 5 about 1 false alarm/h, 44-58 % of the time under one; the authors report a specificity of 0.625.',
  ],
  nezha: [
    'Service, first / first three, Online Boutique: metrics by robust z 0.36 / 0.64; best published, with traces, 0.93 / 0.96. TrainTicket: metrics 0.04 / 0.16, logs 0.11 / 0.18; best published, with traces, 0.87 / 0.98.',
    'Detection: rolling robust z on every series, recall 0.75-1.0 at 3-4 false incidents/h; best published on comparable sets, F1 0.75-0.82.',
    'Online Boutique: the list of faults follows a timetable with free slots, in which large disturbances lie that no list names. F1 is given by the list, and with incidents opened in a free slot counted neither right nor wrong (`f1FreeSlotsSetAside`); slots are told from the listed faults alone.',
    'A step of the data is a tick of a minute.',
  ],
  nab: ['Windowed Gaussian: recall 0.63 at 0.52 false episodes/day; best published 0.83 at 0.11-0.14.'],
  tvdiag: [
    'Instance, first / first three, ties counted as chance: the one with most alerts 0.48 / 0.82; each alert weighted by how few instances have it 0.51 / 0.80; any that has one 0.06 / 0.18.',
  ],
  opensre: [
    'The upstream bar (`pass`) is made for language models; read required keywords beside it.',
    'The category is that of the fault of the first cause, by a map that belongs to the evaluation (`evals/categories.ts`); healthy: nothing of severity high or critical left open. Undecided: the fault named is a symptom, which leaves the category open.',
  ],
}

function counted({ rootCause, detection, text, category, grouping, byCategory }: Counted): string[] {
  const tables = [
    ['Incidents opened', detection],
    ['Explanation', text],
    ['Category', category],
    ['Several faults at once', grouping],
  ] as const
  return [
    ...(rootCause ? rootCauseTable(rootCause) : []),
    ...tables.flatMap(([title, figures]) => (figures ? figureTable(title, worded(figures)) : [])),
    ...(byCategory.length > 1
      ? table(
          ['kind of fault', 'n', 'opened', 'first', 'first three'],
          byCategory.map(row => [row.category, row.n, shown(row.recall), shown(row.first), shown(row.firstThree)]),
        )
      : []),
  ]
}

function rootCauseTable(figures: Figures): string[] {
  const rows = [
    ['right object', 'objectA'],
    ['mean of the kinds of fault', 'objectMacroA'],
    ['right service', 'serviceA'],
  ] as const
  const ofService = [1, 3, 5].some(k => shown(figures[`objectA@${k}`]) !== shown(figures[`serviceA@${k}`]))
  const asked = ofService ? rows : rows.slice(0, 2)
  return [
    ...table(
      [`Root cause of ${shown(figures['n'])} faults`, 'first', 'first three', 'first five'],
      asked.map(([title, name]) => [title, ...[1, 3, 5].map(k => figures[`${name}@${k}`])]),
    ),
    `A cause is named for ${brief(figures['named'])} of them; expected calibration error ${brief(figures['ece'])}.`,
    '',
  ]
}

const WORDS: Record<string, string> = {
  windows: 'faults',
  recall: 'recall: an incident was opened',
  recallOpenIncident: 'recall: an incident was open',
  f1FreeSlotsSetAside: 'f1, free slots of the timetable set aside',
  falseInFreeSlots: 'false incidents in free slots',
  medianDelaySeconds: 'median delay, seconds',
  medianDelaySteps: 'median delay, ticks',
  falseIncidents: 'false incidents',
  normalHours: 'normal hours',
  falsePerHour: 'false incidents an hour',
  falsePerDay: 'false incidents a day',
  normalTimeCovered: 'share of normal time covered by an open incident',
  hoursAfterFaults: 'normal hours after the last fault',
  falseAfterFaultsPerHour: 'false incidents an hour after the last fault',
  falseAfterFaultsPerDay: 'false incidents a day after the last fault',
  timeAfterFaultsCovered: 'share of that time covered by an open incident',
  requiredKeywords: 'share of required keywords',
  healthyLeftAlone: 'healthy ones left alone',
  rightOfSick: 'right, of those that are not healthy',
  forbidden: 'forbidden category said',
  pairPrecision: 'grouping: pairwise precision',
  pairRecall: 'grouping: pairwise recall',
  pairF1: 'grouping: pairwise F1',
  ari: 'adjusted Rand index',
  faultsCovered: 'faults with a signal in an incident',
  faultsWithOwnIncident: 'faults with an incident of their own',
  faultsNamedFirst: 'faults named first in an incident',
  incidentsPerFault: 'incidents a fault',
}

function worded(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [WORDS[name] ?? name, value]))
}

function reachedBy({ dataset, rootCause, detection, text, category, bySystem }: Result): Partial<Record<Aim, string>> {
  const [first, firstThree] = [rootCause?.['objectA@1'], rootCause?.['objectA@3']]
  switch (dataset) {
    case 'petshop':
      return {
        'PetShop: right node first / in first three': brief(first, firstThree),
        'PetShop, 49 normal hours: false incidents an hour / share of time covered': brief(
          detection?.['falsePerHour'],
          detection?.['normalTimeCovered'],
        ),
      }
    case 'nezha':
      return Object.assign({}, ...bySystem.map(reachedOfSystem))
    case 'nab':
      return { 'NAB: recall / false incidents a day': brief(detection?.['recall'], detection?.['falsePerDay']) }
    case 'tvdiag':
      return { 'TVDiag: right instance first / in first three': brief(first, firstThree) }
    case 'opensre':
      return {
        'opensre: category right': brief(category?.['right']),
        'opensre: forbidden categories': brief(category?.['forbidden']),
        'opensre: healthy ones left alone': brief(text?.['healthyLeftAlone']),
      }
    default:
      return {}
  }
}

function reachedOfSystem({ system, rootCause, detection }: Result['bySystem'][number]): Partial<Record<Aim, string>> {
  const found = brief(rootCause?.['serviceA@1'], rootCause?.['serviceA@3'])
  const f1 = detection?.['f1']
  if (nameOfSystem(system) === 'TrainTicket') {
    return { 'TrainTicket: right service first / in first three': found, 'TrainTicket: F1': brief(f1) }
  }
  if (nameOfSystem(system) !== 'Online Boutique') return {}
  return {
    'Online Boutique: right service first / in first three': found,
    'Online Boutique: F1 by the list / with free slots of the timetable set aside': brief(
      f1,
      detection?.['f1FreeSlotsSetAside'] ?? f1,
    ),
    'Online Boutique: median delay in steps': brief(detection?.['medianDelaySteps']),
    'Online Boutique, hours after the faults: false incidents an hour / share of time covered': brief(
      detection?.['falseAfterFaultsPerHour'],
      detection?.['timeAfterFaultsCovered'],
    ),
  }
}
