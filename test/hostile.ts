// For property tests of what a chat is sent: messages in which any text from outside may be hostile.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Message } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import type { Settings } from '#incident/settings.ts'
import * as checkout from '#cards/fixtures/checkout.ts'
import { formOf } from '#cards/form.ts'
import type { Form } from '#cards/form.ts'

/** Sentences that try to become a mention, a link, a picture, formatting, an approval, or more than there is room for. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...(JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'hostile-text.json'), 'utf8')) as string[]),
  '<!channel> '.repeat(1_000),
  '\u{1F6A8}'.repeat(5_000),
  'x'.repeat(1_000_000),
]

const listed = fc.constantFrom(...HOSTILE_TEXTS)
const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: listed },
  { weight: 2, arbitrary: fc.tuple(listed, listed).map(texts => texts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
)

const { previewed, approved, applied, checked, verified, resolved, noBetter } = checkout
const STATES = [
  [],
  [previewed],
  [previewed, approved],
  [previewed, approved, applied, checked],
  [previewed, approved, applied, noBetter],
  [previewed, approved, applied, verified, resolved],
] as const

/** Which incident, and what is put into it: small enough to be read when a test fails. */
export type Hostility = { state: number; texts: string[]; every: number; copies: number; many: number }

export const hostility: fc.Arbitrary<Hostility> = fc.record({
  state: fc.nat(STATES.length - 1),
  texts: fc.array(hostileText, { minLength: 1, maxLength: 8 }),
  every: fc.integer({ min: 1, max: 3 }), // each text from outside, every second, every third
  copies: fc.constantFrom(1, 1, 1, 40), // of all lists: more than any card holds
  many: fc.integer({ min: 1, max: 120 }), // incidents, lines of a timeline
})

function incidentOf({ state, texts, every, copies }: Hostility): Incident {
  const incident = checkout.incidentAfter([...(STATES[state] ?? [])])
  return poisoned(copies === 1 ? incident : repeated(incident, copies), texts, every)
}

function repeated(incident: Incident, copies: number): Incident {
  const many = <T>(list: readonly T[]): T[] => Array.from({ length: copies }, () => list).flat()
  const { ruledOut, missing, services, wellServices, findings, remedies } = incident
  const [cause] = incident.rootCauses
  const signals = Array.from({ length: copies }, (_, i) =>
    incident.signals.map(signal => ({ ...signal, id: `${signal.id} ${i}` })),
  )
  const evidence = signals.flat().map(({ id }) => id)
  return {
    ...incident,
    signals: signals.flat(),
    findings: many(findings),
    remedies: many(remedies),
    rootCauses: cause ? many([{ ...cause, evidence }]) : [],
    services: many(services),
    wellServices: many(wellServices),
    missing: many(missing),
    ruledOut: many([...ruledOut, 'the network']),
  }
}

/** One of each kind. */
export function messagesOf(hostile: Hostility): Message[] {
  const incident = incidentOf(hostile)
  const { texts, many } = hostile
  const [text = ''] = texts
  const incidents = Array.from({ length: many }, () => incident)
  const evidence = incident.signals.map(({ id }) => id)
  const answer = {
    answer: text,
    claims: texts.map(claim => ({ text: claim, evidence })),
    unknown: [...texts],
    model: text,
  }
  const timeline = Array.from({ length: many }, (_, i) => ({
    at: checkout.at(i),
    text: texts[i % texts.length] ?? '',
    by: text,
  }))
  return [
    { kind: 'incident', incident },
    { kind: 'details', incident },
    { kind: 'news', incident, text },
    ...incident.remedies
      .slice(0, 2)
      .map(remedy => ({ kind: 'preview' as const, incident, remedy, approvers: [...texts] })),
    { kind: 'answer', question: text, answer, incident },
    { kind: 'digest', key: 'storm', worst: incidents, open: { critical: many }, resolved: many, since: checkout.at(0) },
    { kind: 'list', incidents, more: many, late: many % 2 === 0 },
    {
      kind: 'status',
      open: many,
      sources: [{ source: 'sentry', up: false, since: checkout.at(0) }],
      everyMillis: 60_000,
      since: checkout.at(0),
    },
    { kind: 'postmortem', incident, timeline },
    ...incident.remedies
      .slice(0, 1)
      .map(remedy => ({ kind: 'reply' as const, reply: { result: 'already done' as const, text, remedy } })),
    { kind: 'reply', reply: { result: 'refused', text } },
    { kind: 'reply', reply: { result: 'done', text, until: checkout.at(0) } },
    {
      kind: 'looked',
      incident,
      answers: texts.slice(0, 4).map((each, i) => ({
        asks: each,
        call: { server: 'kubernetes', tool: 'get_logs', arguments: { pod_name: each } },
        answered: i % 2 === 0,
        text: texts.join('\n').slice(0, 1_500), // as look.ts keeps it
      })),
    },
    { kind: 'proposal', incident, proposal: { group: text, name: text, count: many } },
    { kind: 'settings', settings: settingsOf(hostile) },
    { kind: 'help' },
    { kind: 'error', text },
  ]
}

function settingsOf({ texts, many }: Hostility): Settings {
  const [text = ''] = texts
  const by = { chat: 'slack', user: 'U1', name: text } as const
  const some = Array.from({ length: Math.min(many, 3) }, (_, i) => `INC-${i}`)
  const told = { reason: text, ticket: text, by, at: checkout.at(0), severity: 'low' as const, services: [text] }
  return {
    maintenance: [{ name: text, reason: text, from: checkout.at(0), until: checkout.at(1) }],
    muted: texts.slice(0, 3).map(service => ({ service, until: checkout.at(1), by })),
    mutedIncidents: some.map(incident => ({ incident, until: checkout.at(1) })),
    known: some.map(incident => ({ incident, cause: { entity: { service: text }, fault: text }, ...told })),
    raised: some.map(incident => ({ incident, group: text, name: text, factor: 1.5, by, at: checkout.at(0) })),
  }
}

export function formsOf(hostile: Hostility): Form[] {
  const incident = incidentOf(hostile)
  const open = Array.from({ length: hostile.many }, (_, i) => ({ ...incident, id: `INC-${i}` }))
  const given = { incident, open, reader: checkout.reader }
  return FORM_KINDS.map(form => formOf(form, incident.id, given))
}

const FORM_KINDS = ['deny', 'declare', 'split', 'merge', 'known'] as const

/** Not from outside: words of ours and references, by the name of the field that holds them. */
const OURS = new Set(
  'id key kind source severity phase writer type riskLevel state result server tool chat user team standing channel parent incident remedy undoes evidence signals members a b what sealed actionId hash resolvedBecause mergedInto splitOff'.split(
    ' ',
  ),
)

/** A copy in which every `every`th text is the next of `texts`. */
function poisoned<T>(value: T, texts: readonly string[], every: number): T {
  let seen = 0
  const poison = (part: unknown, field: string): unknown => {
    if (typeof part === 'string') {
      if (OURS.has(field)) return part
      seen++
      return seen % every === 0 ? texts[(seen / every) % texts.length] : part
    }
    if (Array.isArray(part)) return part.map(each => poison(each, field))
    if (part === null || typeof part !== 'object') return part
    const isEntity = 'service' in part // its kind is what a source says
    const fields = Object.entries(part).map(([name, each]) => [name, poison(each, isEntity ? `entity ${name}` : name)])
    return Object.fromEntries(fields)
  }
  return poison(value, '') as T
}
