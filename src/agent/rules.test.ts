import { expect, test } from 'vitest'
import { incidentAfter } from '#cards/fixtures/checkout.ts'
import type { Incident } from '#incident/incident.ts'
import { createRulesAdvisor } from './rules.ts'

const incident = incidentAfter([])
const sources = [{ source: 'kubernetes', up: true } as const, { source: 'sentry', up: false, since: 1 } as const]

async function ask(text: string, about: Incident | undefined = incident) {
  return createRulesAdvisor().answer({ text, open: about ? [about] : [], sources, ...(about && { incident: about }) })
}

test.each([
  ['why do you think so?', /Most of the evidence points at checkout/],
  ['what else could it be?', /could also be payments/],
  ['what changed?', /change/],
  ['what should I do?', /Roll back/],
  ['why are these grouped together?', /joined by what depends on what/],
  ['who is hurt?', /Hurt: checkout/],
  ['how sure are you?', /Sure 0\.91/],
  ['since when?', /Began/],
  ['tell me a joke', /checkout/],
])('%s', async (question, expected) => {
  const { answer, claims, model } = await ask(question)
  expect(answer).toMatch(expected)
  expect(model).toBeNull()
  const known = new Set(incident.signals.map(({ id }) => id))
  for (const { evidence } of claims) {
    expect(evidence.length).toBeGreaterThan(0)
    expect(evidence.every(id => known.has(id))).toBe(true)
  }
  expect(claims.length).toBeLessThanOrEqual(4)
})

test('what could not be read is said with every answer', async () => {
  const blind: Incident = { ...incident, missing: [{ source: 'cloudwatch', what: 'logs', why: 'access denied' }] }
  expect((await ask('why?', blind)).unknown).toEqual(['cloudwatch: logs could not be read (access denied)'])
})

test('a claim that rests on nothing stored is not made', async () => {
  const [first, ...others] = incident.rootCauses
  const invented = { ...first!, reasons: [{ text: 'a hunch', evidence: ['nowhere'] }] }
  const { claims } = await ask('why?', { ...incident, rootCauses: [invented, ...others] })
  expect(claims).toEqual([])
})

test('with nothing open it says so, and which source is down', async () => {
  const none = await createRulesAdvisor().answer({ text: 'what is wrong?', open: [], sources })
  expect(none).toMatchObject({ answer: 'No incident is open.', unknown: ['sentry cannot be read'] })
})
