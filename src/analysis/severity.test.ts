// How bad a trouble is now: what its sources say is over, and what the objects an alarm speaks of are measured to be.
import { describe, expect, it } from 'vitest'
import type { Alarm, Entity, Signal, SourceReading } from '#incident/signal.ts'
import { createLearnt } from './learnt.ts'
import { analyse } from './pipeline.ts'
import { MINUTE, START, alarm, entityOf, state } from './shop.fixture.ts'

function readings(signals: Signal[], healthy: Entity[] = []): SourceReading[] {
  const empty = { answered: true, relations: [], missing: [] }
  return [
    { ...empty, source: 'kubernetes', signals: signals.filter(({ source }) => source === 'kubernetes'), healthy },
    { ...empty, source: 'grafana', signals: signals.filter(({ source }) => source === 'grafana'), healthy: [] },
  ]
}

const cart = entityOf('cart')
const firing = (alertname: string, more: Partial<Alarm> = {}): Alarm => ({
  ...alarm({ id: 'a', at: START, service: 'cart', text: `${alertname}: look at cart` }),
  source: 'grafana',
  severity: 'critical',
  labels: { alertname },
  entity: cart,
  ...more,
})

function followed(...steps: [signals: Signal[], healthy: Entity[]][]) {
  const learnt = createLearnt()
  return steps.map(([signals, healthy], i) => {
    const { diagnoses } = analyse(learnt, readings(signals, healthy), START + i * MINUTE)
    return { severity: diagnoses[0]?.severity, title: diagnoses[0]?.title ?? '' }
  })
}

describe('an alarm about the state of objects', () => {
  it.each([
    'KubePodCrashLooping',
    'KubernetesDeploymentRolloutStuck',
    'PodRestartsHigh',
    'KubernetesWarningEventBurst',
  ])('%s is low once its workload is complete and ready, and the title says so', name => {
    const [before, after] = followed([[firing(name)], []], [[firing(name)], [cart]])
    expect(before?.severity).toBe('critical')
    expect(after).toMatchObject({
      severity: 'low',
      title: expect.stringMatching(/^Recovered, by what is measured now; it was: /),
    })
  })

  it('keeps its severity while a bad state of the workload is known', () => {
    const bad = state({ id: 's', at: START, service: 'cart', points: 10 })
    expect(followed([[firing('KubePodCrashLooping'), bad], [cart]])[0]?.severity).toBe('critical')
  })

  it('keeps its severity where nobody can say how the workload is', () => {
    expect(followed([[firing('KubePodCrashLooping')], []])[0]?.severity).toBe('critical')
  })
})

it.each(['HTTP5xxHigh', 'CartLatencyP99', 'KubernetesPodMemoryHigh', 'TargetDown'])(
  '%s says what ready pods do not know, and stays',
  name => expect(followed([[firing(name)], [cart]])[0]?.severity).toBe('critical'),
)

it('a state that is over counts no more while the trouble is still watched, and counts again once it has ended', () => {
  const bad = state({ id: 's', at: START, service: 'cart', points: 10, severity: 'high' })
  const steps = followed([[bad], []], [[], [cart]], [[], [cart]], [[], [cart]])
  expect(steps.map(({ severity }) => severity)).toEqual(['high', 'low', 'low', 'high'])
})
