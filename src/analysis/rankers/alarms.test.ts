// Alarms alone, as an alerting system without series sends them: who stands out, and who only calls those that do.
import { describe, expect, it } from 'vitest'
import type { Alarm, SourceReading } from '#incident/signal.ts'
import { analyse } from '../pipeline.ts'
import { createLearnt } from '../learnt.ts'

const AT = Date.UTC(2026, 0, 5, 9)

function alarm(service: string, rule: string, labels: Record<string, string> = {}): Alarm {
  const id = [service, rule, ...Object.values(labels)].join(' ')
  const entity = { namespace: 'inn', kind: 'Pod', name: `${service}-0`, service }
  const said = {
    id,
    entity,
    severity: 'medium',
    labels: { alertname: rule, ...labels },
    text: `${rule}: ${id}`,
  } as const
  return { kind: 'alarm', source: 'grafana', writer: 'operator', at: AT, active: true, ...said }
}

/** The client's own view of a remote method, and the server's. */
const asked = (client: string, method: string) =>
  alarm(client, 'SpanSlow', { client: `${client}-0`, server: `${client}-0`, operation: method })
const served = (server: string, client: string, method: string) =>
  alarm(server, 'SpanSlow', { client: `${client}-0`, server: `${server}-0`, operation: method })

function firstOf(...signals: Alarm[]) {
  const learnt = createLearnt()
  const reading: SourceReading = { source: 'grafana', answered: true, signals, relations: [], healthy: [], missing: [] }
  const [diagnosis] = analyse(learnt, [reading], AT).diagnoses
  return diagnosis?.rootCauses[0]
}

describe('of services with alarms', () => {
  it('the one with rules that nobody else has is first, however many percentiles of one thing another has', () => {
    const percentiles = ['50', '90', '95', '99'].map(nth => alarm('search', `DestP${nth}High`))
    expect(firstOf(...percentiles, alarm('rooms', 'ThreadsHigh'), alarm('rooms', 'FsUsageHigh'))?.entity.service).toBe(
      'rooms',
    )
  })

  it('who is found slow by a caller and serves as fast as ever is reached slowly', () => {
    const cause = firstOf(
      asked('search', '/geo.Geo/Nearby'),
      alarm('search', 'DestP50High'),
      alarm('geo', 'CpuUsageLow'),
    )
    expect(cause).toMatchObject({ entity: { service: 'geo' }, fault: 'slow network' })
  })

  it('who serves slowly is no matter of the network', () => {
    const cause = firstOf(
      asked('search', '/geo.Geo/Nearby'),
      served('geo', 'search', '/geo.Geo/Nearby'),
      alarm('geo', 'ThreadsHigh'),
    )
    expect(cause?.entity.service).toBe('geo')
    expect(cause?.fault).not.toBe('slow network')
  })

  it('who finds all it calls slow is itself what is reached slowly', () => {
    const callees = ['geo', 'rate', 'rooms']
    const cause = firstOf(
      ...callees.map(callee => asked('search', `/${callee}.V1/Get`)),
      ...callees.map(callee => alarm(callee, 'CpuUsageLow')),
    )
    expect(cause).toMatchObject({ entity: { service: 'search' }, fault: 'slow network' })
  })
})
