// Answers with no model: every sentence is read off the record, and cites the signals it rests on.
import type { Advisor, Question } from '#incident/analyst.ts'
import type { Answer, Claim } from '#incident/answer.ts'
import type { Incident, RootCause } from '#incident/incident.ts'
import { hasHelped } from '#incident/remedy.ts'
import type { Signal } from '#incident/signal.ts'

/** Never throws; a question it has no rule for gets the verdict and the questions it can answer. */
export function createRulesAdvisor(): Advisor {
  return { answer: async question => answer(question) }
}

function answer(question: Question): Answer {
  const incident = question.incident ?? (question.open.length === 1 ? question.open[0] : undefined)
  if (!incident) return aboutAll(question)
  const rule = RULES.find(({ asks }) => asks.some(word => hasWord(question.text, word)))
  const said = (rule?.answer ?? verdict)(incident)
  const claims = said.claims.map(claim => grounded(claim, incident)).filter(({ evidence }) => evidence.length > 0)
  return { answer: said.answer, claims: claims.slice(0, MOST_CLAIMS), unknown: unknown(incident), model: null }
}

const MOST_CLAIMS = 4 // VOICE: at most four claims

type Said = { answer: string; claims: Claim[] }
type Rule = { asks: string[]; answer: (incident: Incident) => Said }

/** First match wins; more particular questions first. */
const RULES: Rule[] = [
  { asks: ['else', 'other', 'alternatives', 'ruled out', 'instead'], answer: alternatives },
  { asks: ['grouped', 'group', 'together', 'related', 'correlated', 'same incident'], answer: grouping },
  { asks: ['changed', 'change', 'changes', 'deployed', 'deploy', 'rollout', 'release'], answer: changes },
  { asks: ['why', 'cause', 'caused', 'reason'], answer: verdict },
  { asks: ['do', 'fix', 'mend', 'remedy', 'act', 'action', 'next', 'resolve', 'help'], answer: whatToDo },
  { asks: ['hurt', 'impact', 'affected', 'users', 'who', 'services', 'bad'], answer: hurt },
  { asks: ['unknown', 'missing', 'not known', 'gaps', 'unsure', 'sure', 'confident'], answer: doubts },
  { asks: ['evidence', 'proof', 'show', 'signals', 'logs', 'log'], answer: mostTelling },
  { asks: ['when', 'since', 'long', 'timeline', 'status', 'now', 'happened'], answer: status },
]

function verdict(incident: Incident): Said {
  const [cause] = incident.rootCauses
  if (!cause)
    return {
      answer: `${incident.title} The cause is not clear: nothing read so far singles one out.`,
      claims: findings(incident),
    }
  return {
    answer: `${incident.title} Most of the evidence points at ${cause.entity.service} (sure ${cause.confidence.toFixed(2)}).`,
    claims: cause.reasons,
  }
}

function alternatives(incident: Incident): Said {
  const [, ...others] = incident.rootCauses
  const claims = others.slice(0, 3).flatMap(cause => {
    const [reason] = cause.reasons
    const text = `${cause.entity.service} (sure ${cause.confidence.toFixed(2)})${reason ? `: ${reason.text}` : ''}`
    return [{ text, evidence: cause.evidence }]
  })
  const ruledOut = incident.ruledOut.length > 0 ? ` Ruled out: ${incident.ruledOut.slice(0, 4).join('; ')}.` : ''
  if (claims.length === 0)
    return { answer: `No other candidate has evidence of its own.${ruledOut}`, claims: findings(incident) }
  return {
    answer: `It could also be ${list(others.slice(0, 3).map(({ entity }) => entity.service))}.${ruledOut}`,
    claims,
  }
}

function changes(incident: Incident): Said {
  const changed = changeSignals(incident)
  if (changed.length === 0) {
    return {
      answer: 'No change is among the signals of this incident: no rollout, scaling, release or deploy note.',
      claims: findings(incident),
    }
  }
  const [first] = changed
  const claims = changed.map(({ id, text, at }) => ({ text: `${clock(at)} ${text}`, evidence: [id] }))
  return {
    answer: `${count(changed.length, 'change')}, the first at ${clock(first?.at ?? incident.onset)}: ${first?.text ?? ''}.`,
    claims,
  }
}

function changeSignals(incident: Incident, cause?: RootCause): (Signal & { kind: 'change' })[] {
  return incident.signals
    .filter(signal => signal.kind === 'change')
    .filter(({ entity }) => cause === undefined || entity.service === cause.entity.service)
    .sort((a, b) => a.at - b.at)
}

function grouping(incident: Incident): Said {
  const sources = new Set(incident.signals.map(({ source }) => source))
  const claims = incident.correlations
    .toSorted((a, b) => b.confidence - a.confidence)
    .map(({ a, b, explanation }) => ({ text: explanation, evidence: [a, b] }))
  return {
    answer: `${count(incident.signals.length, 'signal')} of ${list([...sources])} began together and are joined by what depends on what.`,
    claims: claims.length > 0 ? claims : findings(incident),
  }
}

function whatToDo(incident: Incident): Said {
  const open = incident.remedies.filter(({ state }) => ['PROPOSED', 'PREVIEWED', 'PENDING', 'DRIFTED'].includes(state))
  const applied = incident.remedies.find(remedy => remedy.state === 'APPLIED' || hasHelped(remedy))
  if (applied)
    return {
      answer: `${applied.title} was carried out; watching whether it helps.`,
      claims: [{ text: applied.reason, evidence: applied.evidence }],
    }
  const [first] = open
  if (!first) return { answer: 'No remedy is known for this; look at the evidence below.', claims: findings(incident) }
  const how = first.call
    ? 'Its button shows what exactly would change before anything does.'
    : 'This is for a person to do.'
  const claims = open.map(({ title, reason, evidence: ids }) => ({ text: `${title}: ${reason}`, evidence: ids }))
  return { answer: `${first.title}. ${first.reason} ${how}`, claims }
}

function hurt(incident: Incident): Said {
  const well = incident.wellServices.length > 0 ? ` Well: ${incident.wellServices.slice(0, 6).join(', ')}.` : ''
  return { answer: `Hurt: ${list(incident.services)}.${well}`, claims: findings(incident) }
}

function doubts(incident: Incident): Said {
  const gaps = unknown(incident)
  const sure = incident.rootCauses[0]?.confidence
  const how = sure === undefined ? 'No cause is named yet.' : `Sure ${sure.toFixed(2)} of the first cause.`
  return {
    answer: gaps.length > 0 ? `${how} Not known: ${gaps.join('; ')}.` : `${how} Every source was read.`,
    claims: findings(incident),
  }
}

function mostTelling(incident: Incident): Said {
  return { answer: `${count(incident.signals.length, 'signal')}; the most telling:`, claims: findings(incident) }
}

function status(incident: Incident): Said {
  const { good, of } = incident.wellAgain
  const end =
    incident.resolvedAt === undefined
      ? `${incident.phase}, ${good} of ${of} back to usual`
      : `resolved ${clock(incident.resolvedAt)}`
  return {
    answer: `Began ${clock(incident.onset)}, noticed ${clock(incident.openedAt)}; ${end}.`,
    claims: findings(incident),
  }
}

function findings(incident: Incident): Claim[] {
  return incident.findings
    .toSorted((a, b) => b.strength - a.strength)
    .map(({ title, signals }) => ({ text: title, evidence: signals }))
}

/** What the answer cannot know, and why. */
function unknown(incident: Incident): string[] {
  return incident.missing.map(({ source, what, why }) => `${source}: ${what} could not be read (${why})`)
}

/** Only signals the incident holds may be cited. */
function grounded({ text, evidence: ids }: Claim, incident: Incident): Claim {
  const known = new Set(incident.signals.map(({ id }) => id))
  return { text, evidence: ids.filter(id => known.has(id)).slice(0, 5) }
}

function aboutAll({ open, sources }: Question): Answer {
  const down = sources.filter(({ up }) => !up).map(({ source }) => `${source} cannot be read`)
  const titles = open.slice(0, 5).map(({ id, title }) => `${id}: ${title}`)
  const text =
    titles.length > 0 ? `${count(open.length, 'incident')} open. ${titles.join(' ')}` : 'No incident is open.'
  return { answer: text, claims: [], unknown: down, model: null }
}

function hasWord(text: string, word: string): boolean {
  return ` ${text.toLowerCase().replace(/[^a-z]+/g, ' ')} `.includes(` ${word} `)
}

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`
}

function list(items: readonly string[]): string {
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${items.at(-1)}` : (items[0] ?? 'nothing yet')
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
