// What clouds and people do on a bad day: sources that hang, lie or flood, presses that come late or twice, a disk that is
// full. Nothing crashes, nothing is done unasked, and what is not known is said.
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { incidentCard } from '#cards/incident-card.ts'
import { cardText } from '#cards/text.ts'
import type { Incident } from '#incident/incident.ts'
import { SILENT } from '#incident/observe.ts'
import { readConfig } from '../src/config.ts'
import { createMetrics } from '../src/metrics.ts'
import { serve } from '../src/serve.ts'
import type { KubernetesObject } from '../simulator/recording.ts'
import type { Story } from '../simulator/story.ts'
import { ANA, BEGIN, changesOf, firstRemedy, openWorld, reached, story } from './world.ts'
import type { World } from './world.ts'

const DEADLINE_MILLIS = 25_000 // an analysis, its sources included
const LONGEST_TEXT = 8_192
const LONG = { timeout: 180_000 } // on a machine that does other things too

let world: World | undefined
afterEach(async () => {
  vi.restoreAllMocks()
  await world?.close()
  world = undefined
})

async function worldOf(told: Story, environment: Record<string, string> = {}): Promise<World> {
  world = await openWorld(told, { environment })
  return world
}

function said(incident: Incident | undefined): string {
  if (!incident) throw new Error('expected an incident')
  return cardText(incidentCard(incident, { now: incident.updatedAt, zone: 'UTC' }), { width: 100, colour: false })
}

describe('a source that does not answer', () => {
  test('one is down: the others make the incident, which says what is missing and since when', async () => {
    const { simulator, until, tick, incidents, house } = await worldOf(story('bad-rollout'))
    await tick()
    simulator.faults.add({ kind: 'drop', vendor: 'cloudwatch' })
    const [incident] = await until('an incident opens', 6, seen => seen.length > 0)
    expect(incident?.rootCauses[0]?.entity.service).toBe('checkout')
    const since = BEGIN + 20_000
    expect(incident?.missing).toEqual([expect.objectContaining({ source: 'cloudwatch', what: 'everything', since })])
    expect(said(incident)).toContain('CloudWatch unreadable since 10:00')
    expect(house.watch.health()).toContainEqual({ source: 'cloudwatch', up: false, since })

    const about = await house.respond.ask({ kind: 'ask', question: 'what is missing?', incident: incident?.id }, ANA)
    expect(about.unknown.join()).toContain('cloudwatch')
    for (let more = 0; more < 6; more++) await tick()
    const [later] = await incidents()
    expect(later?.missing).toEqual([expect.objectContaining({ source: 'cloudwatch', since })])
    expect(JSON.stringify(later?.missing)).not.toContain('simulated-token')
  })

  test('one hangs: the look ends within its deadline and opens the incident without it; Ctrl-C cuts it short', async () => {
    const { simulator, tick, incidents, house } = await worldOf(story('bad-rollout'))
    await tick()
    simulator.faults.add({ kind: 'latency', milliseconds: DEADLINE_MILLIS, vendor: 'grafana' })
    const { millis } = await tick()
    expect(millis).toBeLessThan(DEADLINE_MILLIS)
    const [incident] = await incidents()
    expect(incident?.services).toContain('checkout')
    expect(incident?.missing.map(({ source }) => source)).toEqual(['grafana'])

    simulator.faults.clear()
    simulator.faults.add({ kind: 'latency', milliseconds: DEADLINE_MILLIS, vendor: 'sentry' })
    const looking = tick()
    house.watch.stop()
    expect(await looking).toMatchObject({ signals: 0, missing: [] })
    expect((await incidents())[0]).toMatchObject({ version: incident?.version })
  })
})

describe('a source that answers what is not its API', () => {
  const BODIES = [
    ['text/html', '<!doctype html><html><body>Sign in</body></html>'],
    ['application/json', '{"items": [{"metadata": {"na'],
    ['application/json', ''],
    ['application/json', 'null'],
    ['application/json', '{"items": 5, "data": "x", "results": [1], "MetricAlarms": {}}'],
    ['application/json', '[{"id": {"id": []}}, 7, null]'],
    ['application/octet-stream', '\u0000\uFFFD\u001B[2J'],
  ] as const
  let server: Server | undefined
  afterEach(() => {
    server?.close()
    server?.closeAllConnections()
  })

  test('it is missing; nothing crashes, and nothing is made up', async () => {
    let [type, body]: readonly [string, string] = BODIES[0]
    server = createServer((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-type': type }).end(body)
    })
    await new Promise<void>(listening => server?.listen(0, '127.0.0.1', listening))
    const liar = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { tick, incidents } = await worldOf(story('bad-rollout'), {
      SENTRY_URL: liar,
      AWS_ENDPOINT_URL: liar,
      GRAFANA_URL: liar,
    })
    for ([type, body] of BODIES) {
      const { missing } = await tick()
      const untold = ['sentry', 'cloudwatch', 'grafana'].filter(source => !missing.some(one => one.source === source))
      expect(untold, `${type} ${body}`).toEqual([])
    }
    const [incident] = await incidents()
    expect(incident?.rootCauses[0]?.entity.service).toBe('checkout')
    expect(new Set(incident?.signals.map(({ source }) => source))).toEqual(new Set(['kubernetes']))
  })
})

describe('telemetry in bad shape', () => {
  const HIDDEN = ['\u202E', '\u200B', '\u001B[31m', '\u0007', '\u{E0041}', '\u2066'].join('')
  const UNSEEN = /[\p{Cf}\u0000-\u0008\u000B-\u001F\u007F-\u009F]/u
  const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'

  test('lines of 1 MB, control characters and secrets: cut and cleaned, and the trouble among them is found', async () => {
    const told = story('bad-rollout')
    const { records } = told.recording
    const crashing = records['kubernetes/logs'].find(({ at, line }) => at > BEGIN && line.includes('TypeError'))
    const noisy = records['cloudwatch/logs'].at(-1)
    if (!crashing) throw new Error('expected the scenario to log its crash')
    for (let second = 5; second < 65; second += 10) {
      const at = BEGIN + second * 1_000
      const line = `ERROR ${HIDDEN} token=${TOKEN} ${'x=1 '.repeat(262_144)}`
      records['kubernetes/logs'].push({ ...crashing, at, line })
      records['grafana/logs'].push({ at, labels: { app: 'checkout', level: 'error' }, line })
      if (noisy) records['cloudwatch/logs'].push({ ...noisy, at, message: line })
    }
    for (const list of [records['kubernetes/logs'], records['grafana/logs'], records['cloudwatch/logs']])
      list.sort((a, b) => a.at - b.at)

    const { tick, incidents } = await worldOf(told)
    for (let more = 0; more < 6; more++) expect((await tick()).millis).toBeLessThan(DEADLINE_MILLIS)
    const found = await incidents()
    expect(found.map(({ rootCauses }) => rootCauses[0]?.entity.service)).toContain('checkout')
    const texts = found.flatMap(({ signals }) => signals.flatMap(signal => ('text' in signal ? [signal.text] : [])))
    expect(texts.some(text => text.includes('x=1'))).toBe(true)
    for (const text of texts) {
      expect(text.length).toBeLessThanOrEqual(LONGEST_TEXT)
      expect(text).not.toMatch(UNSEEN)
    }
    for (const incident of found) {
      expect(incident.title.length).toBeLessThan(300)
      expect(said(incident)).not.toMatch(UNSEEN)
      expect(JSON.stringify(incident)).not.toContain(TOKEN.slice(0, 12))
    }
  })

  test('10,000 pods more than usual, a third of them crashing: the trouble among them is found', LONG, async () => {
    const told = story('bad-rollout')
    told.recording.records['kubernetes/objects'].unshift(...fleetOf(told, 10_000))
    const { tick, until, house } = await worldOf(told)
    expect((await tick()).millis).toBeLessThan(DEADLINE_MILLIS)
    const isAbout = ({ rootCauses: [first] }: Incident) => first?.entity.service === 'checkout'
    await until('an incident about checkout', 6, seen => seen.some(isAbout))
    const call = { server: 'kubernetes', tool: 'get_pods', arguments: { namespace: 'fleet' } } as const
    const { structured } = await house.toolbox.call(call, { deadlineMillis: 8_000 })
    expect(structured).toMatchObject({ truncated: true })
    expect(JSON.stringify(structured).length).toBeLessThan(512 * 1_024)
  })

  /** Copies of a pod of cart, and of one that crashes, in a namespace of their own and without an owner. */
  function fleetOf({ recording }: Story, count: number) {
    const pods = recording.records['kubernetes/objects'].filter(({ object }) => object.kind === 'Pod')
    const well = pods.find(({ at }) => at < BEGIN)
    const crashing = pods.find(({ object }) => JSON.stringify(object['status']).includes('CrashLoopBackOff'))
    if (!well || !crashing) throw new Error('expected pods that are well and pods that crash')
    return Array.from({ length: count }, (_, i) => {
      const { object } = i % 3 === 0 ? crashing : well
      const { labels: _labels, ...rest } = object.metadata
      const naming = { name: `drone-${i}`, namespace: 'fleet', uid: `fleet-${i}`, labels: { app: `drone-${i % 100}` } }
      const drone: KubernetesObject = { ...object, metadata: { ...rest, ...naming, ownerReferences: [] } }
      return { at: well.at, op: 'apply' as const, object: drone }
    })
  }
})

describe('presses that must not count', () => {
  async function atTheButton() {
    const place = await worldOf(story('bad-rollout'))
    const isOffered = ([first]: Incident[]) => first?.remedies.some(({ call }) => call) ?? false
    const [incident] = await place.until('a remedy is offered', 6, isOffered)
    const remedy = firstRemedy(incident)
    return { ...place, remedy, press: { kind: 'approve', remedy: remedy.id } as const }
  }

  test('of somebody the policy does not name, of nothing, and while the record cannot be written', async () => {
    const { house, press, simulator } = await atTheButton()
    const eve = { chat: 'slack', team: 'T-other', user: 'U-eve', name: 'Ana' } as const
    const foreign = await house.respond.press(press, eve)
    expect(foreign).toMatchObject({ result: 'not yours', text: expect.stringContaining('Not yours') })
    const lost = await house.respond.press({ ...press, remedy: 'INC-99-R1' }, ANA)
    expect(lost).toMatchObject({ result: 'not found' })
    vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(() => {
      throw new Error('database or disk is full')
    })
    const unwritten = await house.respond.press(press, ANA)
    expect(unwritten).toMatchObject({ result: 'failed', text: expect.stringContaining('the disk is full') })
    vi.restoreAllMocks()
    expect(changesOf(simulator)).toEqual([])
    expect(await house.respond.press(press, ANA)).toMatchObject({ result: 'done' })
    await reached(house, press.remedy, ['APPLIED'])
    expect(changesOf(simulator)).toHaveLength(1)
  })

  test('over REST: of a foreign page, of nothing, in bad words, once too often; and an approval used again', async () => {
    const { house, remedy, simulator, clock, folder } = await atTheButton()
    const config = readConfig({ environment: { HOME: folder }, overrides: { http: { port: 0 } } })
    const given = { clock: () => clock.now, log: SILENT, metrics: createMetrics() }
    const { url, close } = await serve({
      ...given,
      config,
      house,
      page: folder,
      routers: [],
      demo: true,
      nextFree: true,
    })
    const approve = async (id: string, headers: Record<string, string> = {}, body = '{}') => {
      const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
      const answer = await fetch(`${url}/api/v1/remediations/${id}/approve`, request)
      return { status: answer.status, body: (await answer.json()) as unknown }
    }
    const refused = (status: number, code: string) => ({ status, body: expect.objectContaining({ code }) })
    expect(await approve(remedy.id, { origin: 'https://attacker.example' })).toEqual(refused(403, 'forbidden'))
    expect(await approve(remedy.id, { origin: 'null' })).toEqual(refused(403, 'forbidden'))
    expect(await approve('INC-99-R1')).toEqual(refused(404, 'not_found'))
    expect(await approve(remedy.id, {}, '{"reason":')).toEqual(refused(400, 'validation'))
    expect(await approve(remedy.id, {}, '{"force":true}')).toEqual(refused(400, 'validation'))
    expect(changesOf(simulator)).toEqual([])
    expect(await approve(remedy.id)).toMatchObject({ status: 200 })
    expect(await approve(remedy.id)).toEqual(refused(409, 'conflict'))
    const acted = await reached(house, remedy.id, ['APPLIED'])
    expect(await approve(remedy.id)).toEqual(refused(409, 'conflict'))

    const sealed = acted.remedies.find(({ id }) => id === remedy.id)?.sealed ?? ''
    const options = { deadlineMillis: 8_000, approval: sealed }
    await expect(house.toolbox.call(remedy.call, options)).rejects.toMatchObject({ code: 'conflict' })
    const other = { ...remedy.call, arguments: { ...remedy.call.arguments, name: 'payments' } }
    await expect(house.toolbox.call(other, options)).rejects.toMatchObject({ code: 'forbidden' })
    clock.now += 3_600_000
    await expect(house.toolbox.call(remedy.call, options)).rejects.toMatchObject({ code: 'conflict' })
    expect(changesOf(simulator)).toHaveLength(1)
    await close()
  })
})
