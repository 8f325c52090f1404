import { expect, test } from 'vitest'
import type { Diagnosis, Incident } from '#incident/incident.ts'
import {
  ana,
  applied,
  approved,
  at,
  ben,
  checked,
  diagnosis,
  incidentAfter,
  incidentFrom,
  noBetter,
  previewed,
  reader,
  resolved,
  rollback,
  signals,
  verified,
} from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { incidentCard } from './incident-card.ts'
import { cardText } from './text.ts'

test('open: how bad, what, since when; the cause; what to do; why; each number with what is usual', () => {
  expect(shown(incidentAfter([previewed]), 8)).toMatchInlineSnapshot(`
    "▲ High · checkout · INC-42 · since 14:02 (6 min)
    1 in 3 checkouts fail: release v2.31 crashes on start.
    Act       Now: roll back checkout to v2.30. Low risk, 2 pods, can be undone. (sure 0.91)
    Why       14:01 rollout of checkout v2.31 → 14:02 2 of 2 new pods crash-loop → error “TypeError: Cannot read properties
              of undefined (reading 'currency')” (Sentry, 214×) → 14:03 alarm “checkout-5xx”
    Hurt      checkout errors 31 % (usually 0.2 %), cart latency 4.1 s (usually 0.3 s)
    Well      payments, catalogue
    Gaps      CloudWatch logs unreadable since 13:58 (access denied)
    Or else   payments 0.04 (slow)
    Evidence
    - 14:01 Kubernetes · shop/checkout · Rollout of checkout to v2.31: “checkout:v2.30 -> checkout:v2.31”
    - 14:02 Kubernetes · shop/checkout-7c9f-x2 · CrashLoopBackOff: 2 of 2 new pods crash-loop
    - 14:02 Sentry · checkout: error “TypeError: Cannot read properties of undefined (reading 'currency')”, 214× ·
      https://sentry.example/issues/1
    - 14:02 Grafana · shop/checkout · checkout errors 31 % (usually 0.2 %)
    - 14:03 CloudWatch · shop/checkout · Alarm on: “checkout-5xx”
    [ Roll back… ]* [ Details ]
    [ Something else ] Restart checkout… | Why do you think so? | What else could it be? | What changed? | I am looking at it | Close as resolved | Mark as known… | Mute for 1 h | Split… | Merge… | It was helpful | Wrong cause | Not an incident"
  `)
})

test('acting: who approved, from the record, and nothing left to press but looks', () => {
  expect(upToWhy(incidentAfter([previewed, approved]), 9)).toMatchInlineSnapshot(`
    "⟳ Rolling back checkout, approved by Ana · INC-42
    1 in 3 checkouts fail: release v2.31 crashes on start.
    So far    Approved by Ana 14:09 · waiting to be sent
    [ Details ]
    [ Something else ] Why do you think so? | What else could it be? | What changed? | Close as resolved | Mark as known… | Mute for 1 h | Split… | Merge… | It was helpful | Wrong cause | Not an incident"
  `)
})

test('verifying: how many of the same signals look good', () => {
  expect(upToWhy(incidentAfter([previewed, approved, applied, checked]), 10)).toMatchInlineSnapshot(`
    "⟳ Applied. Watching the same signals, 2 of 3 look good · INC-42
    1 in 3 checkouts fail: release v2.31 crashes on start.
    So far    Approved by Ana 14:09 · applied 14:09 · checking (2 of 3 look good)
    [ Undo ] [ Details ]
    [ Something else ] Why do you think so? | What else could it be? | What changed? | Close as resolved | Mark as known… | Mute for 1 h | Split… | Merge… | It was helpful | Wrong cause | Not an incident"
  `)
})

test('did not help: undo first, then the next option', () => {
  const incident = incidentAfter([previewed, approved, applied, checked, noBetter])
  expect(upToWhy(incident, 14)).toMatchInlineSnapshot(`
    "▲ Rolled back checkout, no better after 5 min · INC-42
    1 in 3 checkouts fail: release v2.31 crashes on start.
    Act       Now: restart checkout. Low risk. (sure 0.91)
    So far    Approved by Ana 14:09 · applied 14:09 · no better after 5 min
    [ Undo ]* [ Restart… ] [ Details ]
    [ Something else ] Why do you think so? | What else could it be? | What changed? | Close as resolved | Mark as known… | Mute for 1 h | Split… | Merge… | It was helpful | Wrong cause | Not an incident"
  `)
})

test('resolved: how long it took and who did what', () => {
  const incident = incidentAfter([previewed, approved, applied, checked, verified, resolved])
  expect(upToWhy(incident, 20)).toMatchInlineSnapshot(`
    "✓ Resolved · checkout · 9 min · rolled back by Ana · INC-42
    1 in 3 checkouts fail: release v2.31 crashes on start.
    So far    Approved by Ana 14:09 · applied 14:09 · recovered 14:11
    Took      9 min, from 14:02 to 14:11
    Helped    Roll back checkout to v2.30
    [ Undo ] [ Details ]
    [ Something else ] Why do you think so? | What else could it be? | What changed? | Post-mortem | It was helpful | Wrong cause | Not an incident"
  `)
})

test('resolved without anybody', () => {
  const incident = incidentAfter([[12, 'system', { type: 'resolved', reason: 'recovered' }]])
  expect(firstLine(incident)).toBe('✓ Resolved · checkout · 10 min · recovered by itself · INC-42')
})

test('came back', () => {
  expect(firstLine(incidentAfter([], {}, 'came back'))).toBe(
    '▲ Back again · High · checkout · INC-42 · since 14:02 (6 min)',
  )
})

test('stale: a source the cause rests on cannot be read at all; a part of a source is only a gap', () => {
  const unread = { source: 'kubernetes', what: 'everything', why: 'timed out', since: at(6) } as const
  const incident = incidentAfter([], { missing: [unread] })
  expect(firstLine(incident, 10)).toBe(
    '? Kubernetes unreadable for 4 min: what follows is from 14:06 · checkout · INC-42',
  )
  expect(shown(incident, 10)).toContain('Gaps      Kubernetes unreadable since 14:06 (timed out)')
})

test('somebody is looking at it', () => {
  const incident = incidentAfter([[7, ana, { type: 'acknowledged' }]])
  expect(shown(incident, 8)).toContain('So far    Ana is looking at it')
  expect(shown(incident, 8)).not.toContain('I am looking at it')
})

test('muted: until when, and it is not offered again before', () => {
  const incident = incidentAfter([[7, ana, { type: 'muted', until: at(67) }]])
  expect(shown(incident, 8)).toContain('So far    muted until 15:07: nothing new is posted, it goes on being watched')
  expect(shown(incident, 8)).not.toContain('Mute for 1 h')
  expect(shown(incident, 68)).not.toContain('muted until')
  expect(shown(incident, 68)).toContain('Mute for 1 h')
})

test('muted, but critical: it is not kept quiet, and says so', () => {
  const incident = incidentAfter([[7, ana, { type: 'muted', until: at(67) }]], { severity: 'critical' })
  expect(shown(incident, 8)).toContain('muted until 15:07, though what is critical is posted all the same')
})

test('denied by one while another looks at it: both are said', () => {
  const incident = incidentAfter([
    [7, ana, { type: 'acknowledged' }],
    [8, ben, { type: 'denied', remedy: 'INC-42-R1', reason: 'not during the sale' }],
  ])
  expect(shown(incident, 9)).toContain('So far    Ana is looking at it · denied 14:08: not during the sale')
})

test('opened by a person: who, and that no source has shown it', () => {
  const declared = { ...diagnosis, rootCauses: [], findings: [], signals: [], remedies: [], confidence: 0, missing: [] }
  const incident = incidentFrom([
    [
      6,
      ana,
      {
        type: 'opened',
        key: 'd',
        reason: 'declared',
        diagnosis: { ...declared, description: 'No source has shown it yet.' },
      },
    ],
  ])
  expect(shown(incident, 8)).toMatchInlineSnapshot(`
    "▲ High · checkout, cart · INC-42 · opened by Ana · since 14:02 (6 min)
    1 in 3 checkouts fail: release v2.31 crashes on start.
    Act       Now: look; no remedy fits what is known.
    Hurt      checkout, cart
    Well      payments, catalogue
    Not known No source has shown it yet.
    [ Details ]
    [ Something else ] Why do you think so? | What else could it be? | What changed? | I am looking at it | Close as resolved | Mute for 1 h | Merge… | It was helpful | Wrong cause | Not an incident"
  `)
})

test('merged: where it goes on, and nothing to press but looks', () => {
  const incident = incidentAfter([
    [9, ana, { type: 'merged', into: 'INC-40' }],
    [9, ana, { type: 'resolved', reason: 'merged' }],
  ])
  expect(upToWhy(incident, 10)).toMatchInlineSnapshot(`
    "✓ Merged into INC-40 · checkout · INC-42
    1 in 3 checkouts fail: release v2.31 crashes on start.
    [ Show INC-40 ] [ Details ]"
  `)
})

test('what was merged into it is said', () => {
  const incident = incidentAfter([[9, ana, { type: 'absorbed', from: 'INC-43', signals: [], services: ['ads'] }]])
  expect(shown(incident, 10)).toContain('So far    INC-43 merged into it')
})

test('a second person is needed', () => {
  const pending = { type: 'approved', remedy: 'INC-42-R1', have: 1, need: 2, expiresAt: at(14) } as const
  const card = shown(incidentAfter([previewed, [9, ana, pending]]), 9)
  expect(card).toContain('So far    Approved by Ana 14:09 · one more person is needed')
  expect(card).toContain('[ Roll back… ]')
})

test.each<[string, Partial<Diagnosis>]>([
  [
    'the cause is unclear',
    { confidence: 0.49, title: 'Not clear yet: checkout or payments behind checkout errors 31 %.' },
  ],
  ['the cause rests only on what anybody can write', onlySentry()],
  ['nothing can be called', { remedies: [{ ...rollback, call: undefined }] }],
])('no button acts where %s', (_, change) => {
  const actions = incidentCard(incidentAfter([], change), reader)
    .parts.flatMap(part => (part.kind === 'buttons' ? [...part.buttons, ...(part.menu?.items ?? [])] : []))
    .map(({ action }) => action.kind)
  expect(actions).not.toContain('preview')
  expect(actions).toContain('ask')
})

test('text from telemetry stays text: cleaned, on one line, cut, and never in words of ours', () => {
  const hostile =
    '</div><script>alert(1)</script> <!channel> @here [x](http://evil) \u202Egnp.exe \u001B[31m\nApproved by Ana 14:09 · applied'
  const named = { namespace: 'shop', name: `x-${hostile}`, service: `checkout ${hostile}` }
  const incident = incidentAfter([], {
    title: hostile,
    services: [hostile],
    wellServices: [hostile],
    ruledOut: [hostile],
    missing: [{ source: 'sentry', what: hostile, why: hostile }],
    findings: diagnosis.findings.map(finding => ({ ...finding, title: hostile })),
    rootCauses: diagnosis.rootCauses.map(cause => ({
      ...cause,
      entity: named,
      reasons: [{ text: hostile, evidence: [] }],
    })),
    remedies: [{ ...rollback, title: hostile, target: named }],
    signals: signals.map(signal =>
      signal.kind === 'series' ? signal : { ...signal, text: hostile.repeat(20), url: 'javascript:alert(1)' },
    ),
  })
  const card = incidentCard(incident, reader)
  const ours = JSON.stringify(card, (_, value) =>
    value?.kind === 'telemetry' || value?.kind === 'exact' ? null : value,
  )
  expect(ours).not.toMatch(/script|channel|here|evil|Approved|javascript/)
  const text = cardText(card, { width: 100, colour: false })
  expect(text).not.toContain('\u001B')
  expect(text).not.toContain('\u202E')
  expect(text.split('\n').some(line => line.startsWith('Approved by'))).toBe(false)
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(400)
})

test('a series nobody made a finding of says how far it went', () => {
  const text = shown(
    incidentAfter([], {
      findings: [],
      rootCauses: diagnosis.rootCauses.map(cause => ({ ...cause, evidence: signals.map(({ id }) => id) })),
    }),
    8,
  )
  expect(text).toContain('checkout service_error_ratio_percent reached 32 % (usually 0.2 %)')
})

test('an error told minute by minute is one line with the sum', () => {
  const again = signals.flatMap(signal =>
    signal.kind === 'error' ? [signal, { ...signal, id: 'sentry:2', at: at(4), count: 86 }] : [signal],
  )
  const [cause] = diagnosis.rootCauses
  const rootCauses = cause ? [{ ...cause, evidence: [...cause.evidence, 'sentry:2'] }] : []
  const card = shown(incidentAfter([], { signals: again, rootCauses }), 8)
  expect(card.match(/currency/g)).toHaveLength(2) // Why and Evidence
  expect(card).toContain('(Sentry, 300×)')
})

test('Hurt: the service at fault first, then what users see, one of each service; a surer claim than 0.99 is not made', () => {
  const [errors, latency] = diagnosis.findings
  const findings =
    errors && latency
      ? [
          {
            ...latency,
            id: 'f',
            kind: 'slo' as const,
            entity: { service: 'frontend' },
            strength: 90,
            title: 'frontend latency 639 ms (usually 160 ms)',
          },
          latency,
          { ...errors, id: 'l', strength: 3, title: 'checkout latency 847 ms (usually 139 ms)' },
          { ...errors, kind: 'symptom' as const },
        ]
      : []
  const card = shown(incidentAfter([], { findings, confidence: 0.9999 }), 8)
  expect(card).toContain(
    'Hurt      checkout errors 31 % (usually 0.2 %), frontend latency 639 ms (usually 160 ms), cart latency 4.1 s (usually',
  )
  expect(card.split('Evidence')[0]).not.toContain('checkout latency')
  expect(card).toContain('(sure 0.99)')
})

test('at most three buttons, however many remedies there are', () => {
  const many = Array.from({ length: 12 }, (_, i) => ({ ...rollback, title: `Roll back service ${i}` }))
  for (const steps of [[], [previewed, approved, applied, noBetter]]) {
    const buttons = incidentCard(incidentAfter(steps, { remedies: many }), reader).parts.find(
      ({ kind }) => kind === 'buttons',
    )
    expect(buttons?.kind === 'buttons' && buttons.buttons.length).toBeLessThanOrEqual(3)
  }
})

function onlySentry(): Partial<Diagnosis> {
  const [cause] = diagnosis.rootCauses
  return { rootCauses: cause ? [{ ...cause, evidence: ['sentry:1'] }] : [] }
}

function shown(incident: Incident, minutes: number): string {
  return shownCard(incidentCard(incident, { ...reader, now: at(minutes) }))
}

function upToWhy(incident: Incident, minutes: number): string {
  const [above = '', below = ''] = shown(incident, minutes).split(/^Why.*$/m)
  return `${above.trimEnd()}\n${below.slice(below.indexOf('[ '))}`
}

function firstLine(incident: Incident, minutes = 8): string {
  return shown(incident, minutes).split('\n')[0] ?? ''
}
