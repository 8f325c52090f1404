// Faults of a data set as pictures: what the series showed, what was said and what was true. Wrong ones first.
import type { Recording } from '../../simulator/recording.ts'
import { categoryFact } from '../category.ts'
import { explanationFact } from '../explanation.ts'
import type { LabelWindow, Target } from '../labels.ts'
import { about } from '../replayed.ts'
import type { Followed } from '../replayed.ts'
import { isAmong } from '../root-cause.ts'
import type { Scored } from '../score.ts'
import { citedSeries, loudestOf } from './cited-series.ts'
import { escaped } from './html.ts'
import { plot } from './plot.ts'
import type { Marked } from './plot.ts'

/** Of a data set, at most so many wrong and right ones, of as many kinds of fault as there are. */
const MOST_WRONG = 6
const MOST_RIGHT = 3
const MOST_SERIES = 4

type Faulty = { scored: Scored; window: LabelWindow; isRight: boolean; isOpened: boolean }

/** Mark-up; empty where nothing is known of any fault of the set. */
export async function casesOf(
  scored: readonly Scored[],
  read: (recording: string) => Promise<Recording>,
): Promise<string> {
  const all = scored.flatMap(faultsOf)
  const chosen = [
    ...varied(
      all.filter(({ isRight }) => !isRight),
      MOST_WRONG,
    ),
    ...varied(
      all.filter(({ isRight }) => isRight),
      MOST_RIGHT,
    ),
  ]
  const articles = scored.toSorted((a, b) => Number(isToldRight(a)) - Number(isToldRight(b))).flatMap(told)
  for (const fault of chosen) articles.push(article(fault, await read(fault.scored.recording)))
  return articles.join('\n')
}

function faultsOf(scored: Scored): Faulty[] {
  const targeted = scored.label.windows.filter(({ target }) => target !== undefined)
  return scored.label.windows.map((window, i) => {
    const cause = scored.causes[targeted.indexOf(window)]
    const isOpened = scored.detection.windows[i]?.opened ?? false
    return { scored, window, isOpened, isRight: cause ? isAmong(cause, 1) : isOpened }
  })
}

/** One of each kind of fault by turns. */
function varied(faults: readonly Faulty[], most: number): Faulty[] {
  const kinds = [...Map.groupBy(faults, ({ window }) => window.category).values()]
  const turns = Math.max(0, ...kinds.map(({ length }) => length))
  return Array.from({ length: turns }, (_, turn) => kinds.flatMap(kind => kind[turn] ?? []))
    .flat()
    .slice(0, most)
}

/** Where only words and a category are known. */
function told({ recording, label, incidents }: Scored): string[] {
  const category = categoryFact(label, incidents)
  const words = explanationFact(label, incidents)
  if (!category || !words) return []
  const window = {
    start: label.start,
    end: label.end,
    catch: [label.start, label.end] as [number, number],
    category: '',
  }
  const [first] = about(window, incidents, true)
  const isRight = isToldRight({ label, incidents })
  const share = words.required === undefined ? '' : `, ${Math.round(100 * words.required)} % of the required words`
  return [
    [
      '<article>',
      `<h4>${escaped(recording)} ${verdictOf(isRight, isRight ? 'right' : 'wrong')}</h4>`,
      `<p>True: ${escaped(category.expected)}. Said: ${escaped(category.said)}${share}.</p>`,
      first ? said(first.followed, first.incident) : '<p>Said: nothing.</p>',
      '</article>',
    ].join('\n'),
  ]
}

function isToldRight({ label, incidents }: Pick<Scored, 'label' | 'incidents'>): boolean {
  const category = categoryFact(label, incidents)
  return category?.expected === category?.said
}

function verdictOf(isRight: boolean, text: string): string {
  return `<span class="verdict ${isRight ? 'right' : 'wrong'}">${text}</span>`
}

function article({ scored, window, isRight, isOpened }: Faulty, recording: Recording): string {
  const [first] = about(window, scored.incidents, scored.label.snapshot)
  const verdict = isRight ? 'right' : first ? 'wrong' : 'nothing said'
  const truth = [window.target && nameOf(window.target), window.category].filter(Boolean).join(', ')
  const others = first ? about(window, scored.incidents, scored.label.snapshot).length - 1 : 0
  return [
    '<article>',
    `<h4>${escaped(scored.recording)}, ${stamp(window.start)} to ${stamp(window.end)} ${verdictOf(isRight, verdict)}</h4>`,
    truth === '' ? '' : `<p>True: ${escaped(truth)}</p>`,
    first ? said(first.followed, first.incident) : '<p>Said: nothing.</p>',
    first && !isOpened && !scored.label.snapshot ? '<p>The incident was open before the fault began.</p>' : '',
    others > 0 ? `<p>${others} more ${others === 1 ? 'incident was' : 'incidents were'} open.</p>` : '',
    pictures(window, recording, first?.followed, first?.incident) || alertsOf(first?.incident),
    '</article>',
  ].join('\n')
}

const MOST_CAUSES = 3
const MOST_REASONS = 3

function said({ opened }: Followed, { title, rootCauses }: Followed['last']): string {
  const causes = rootCauses.slice(0, MOST_CAUSES).map(({ entity, confidence, reasons }) => {
    const name = [entity.kind, entity.name ?? entity.service].filter(Boolean).join(' ')
    const why = reasons.slice(0, MOST_REASONS).map(reason => `<li>${escaped(reason)}</li>`)
    return `<li>${escaped(name)}, confidence ${confidence.toFixed(2)}<ul>${why.join('')}</ul></li>`
  })
  return `<p>Said at ${stamp(opened)}: ${escaped(title)}</p><details><summary>Causes it named</summary><ol>${causes.join('')}</ol></details>`
}

/** What it cites first, then what it cites for its cause, then the true culprit where that is another. */
function pictures(
  window: LabelWindow,
  recording: Recording,
  followed: Followed | undefined,
  incident: Followed['last'] | undefined,
): string {
  const span = Math.max(window.end - window.start, MINUTE)
  const marked: Marked = {
    from: Math.max(recording.start, window.start - LEAD * span),
    to: Math.min(recording.end, window.end + span),
    fault: [window.start, window.end],
    ...(incident && { onset: Date.parse(incident.onset) }),
    ...(followed && { opened: followed.opened }),
  }
  const felt = incident?.findings.find(({ kind }) => kind === 'slo' || kind === 'edge')?.signals ?? []
  const cause = incident?.rootCauses[0]?.evidence ?? []
  const others = incident?.findings.flatMap(({ signals }) => signals.slice(0, 1)) ?? []
  const ids = new Set([...felt.slice(0, 1), ...cause.slice(0, 2), ...others])
  const cited = citedSeries(recording, [...ids]).slice(0, MOST_SERIES - 1)
  const culprit = window.target && loudestOf(recording, window.target, window.start, window.end)
  const isShown = cited.some(({ name }) => name === culprit?.name)
  return [
    ...cited.map(series => plot(series, marked)),
    ...(culprit && !isShown ? [plot({ ...culprit, name: `The true culprit: ${culprit.name}` }, marked)] : []),
  ].join('')
}

const MINUTE = 60_000
/** Time shown before a fault, in its lengths. */
const LEAD = 4

/** Where there is no series, how many signals each object has. */
function alertsOf(incident: Followed['last'] | undefined): string {
  const counts = Map.groupBy(incident?.groupedSignals ?? [], ({ entity }) => entity.name ?? entity.service)
  const rows = [...counts]
    .map(([name, held]) => [name, held.length] as const)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([name, count]) => `<tr><td>${escaped(name)}</td><td>${count}</td></tr>`)
  if (rows.length === 0) return ''
  return `<table><thead><tr><th>object</th><th>signals in the incident</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function nameOf({ kind, namespace, name }: Target): string {
  return [kind, namespace === undefined ? name : `${namespace}/${name}`].join(' ')
}

function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
