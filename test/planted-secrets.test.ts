// Secrets of many kinds, planted wherever the four vendors serve text that somebody outside wrote; every read tool is asked
// for it, and none of them may tell one, neither in its structured answer nor in its text. The same for rows: no text from
// outside makes one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json, ServerName } from '#incident/tool-call.ts'
import { writes } from '#mcp-servers/define.ts'
import type { Tool } from '#mcp-servers/define.ts'
import { deployment, event, node, object, pod, replicaSet } from './kubernetes/objects.ts'
import type { Raw } from './kubernetes/objects.ts'
import { BEGIN, openWorld } from './world.ts'
import type { World } from './world.ts'
import { emptyRecords } from '../simulator/recording.ts'
import type { KubernetesObject, Recording } from '../simulator/recording.ts'

/** Put together here so that no scanner takes this file for a leak. `needle`: what must not come out. */
type Planted = { needle: string; text: string }

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const percent = (text: string): string =>
  [...text].map(each => `%${each.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
const escaped = (text: string): string =>
  [...text].map(each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const plant = (needle: string, before = '', after = ''): Planted => ({ needle, text: before + needle + after })

const LETTERS = 'q7Xw2Zk9Vb4Nm1Rt6Yp3Ls8Hd5Jf0GcAeUiOoTjKxDz'
const ENCODED = base64('{"password":"hunter36"}')

const SECRETS: readonly Planted[] = [
  plant('hunter01', 'password='),
  plant('hunter02', 'dbPassword: '),
  plant('hunter03', 'DB_PASSWORDS='),
  plant('hunter04', '--db-passwords='),
  plant('hunter05', 'run --db-password '),
  plant('hunter06', 'ADMIN_PW='),
  plant('hunter07', 'passcode: '),
  plant('hunter08', '{"client":{"clientSecret":"', '"}}'),
  plant('hunter09', String.raw`{"body":"{\"api_key\":\"`, String.raw`\"}"}`),
  plant('hunter10', String.raw`{"a":"{\"b\":\"{\\\"secret\\\":\\\"`, String.raw`\\\"}\"}"}`),
  plant('hunter11', String.raw`{"password":"not\"`, '"}'),
  plant('hunter12', String.raw`{"pass\u0077ord":"`, '"}'),
  { needle: 'hunter13', text: `{"password":"${escaped('hunter13')}"}` },
  { needle: escaped('hunter14'), text: `{"password":"${escaped('hunter14')}"}` },
  plant('hunter15', '{"name":"DB_PASSWORD","value":"', '"}'),
  plant('hunter16', 'postgres://app:', '@db:5432/shop'),
  plant('hunter17', 'amqps://app:', '@mq.example.com/vhost'),
  plant('hunter18', '<password>', '</password>'),
  plant('hunter19', "ALTER USER app IDENTIFIED BY '", "'"),
  plant('hunter20', 'Cookie: theme=dark; sid='),
  plant('hunter21', 'X-Api-Key: '),
  plant('hunter22', 'GET /login?user[password]=', '&next=/'),
  plant('abcdefgh23', 'GET /cb?access_token=', '&state=1'),
  plant(LETTERS.slice(0, 24), 'Authorization: Bearer '),
  plant(base64('app:hunter25'), 'Authorization: Basic '),
  plant(`eyJhbGciOiJIUzI1NiJ9.${base64('{"sub":"26"}').replaceAll('=', '')}.c2lnbmF0dXJl26`),
  plant(`ghp_${LETTERS.slice(0, 36)}`, 'clone failed with '),
  plant(`glpat-${LETTERS.slice(0, 20)}`, 'ci '),
  plant(`xoxb-123456789012-${LETTERS.slice(4, 28)}`, 'slack '),
  plant(`AKIA${'IOSFODNN7EXAMP30'}`, 'key '),
  plant(`wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLE31${'aZ'}`, 'the other key '),
  plant(`AIza${LETTERS.slice(0, 35)}`, 'maps '),
  plant(`sk_live_${LETTERS.slice(0, 24)}`, 'charge '),
  plant(`glsa_${LETTERS.slice(0, 32)}_1a2b3c4d`, 'grafana '),
  plant(
    'MIIEowIBAAKCAQEAx8mD3kQzV5nYb2Lr7tHcWf1uJp0sGa9eXiK4oZvNqR6yTd35',
    '-----BEGIN RSA PRIVATE KEY-----\n',
    '\n-----END RSA PRIVATE KEY-----',
  ),
  plant(ENCODED, 'payload '),
  { needle: percent('hunter37'), text: `GET /cb?${percent('password=hunter37')}` },
  plant('hunter38', 'GET /cb?pass%77ord%3D', ' 200'),
  plant(base64(base64('token=abcdefgh39')), 'twice '),
  plant('ana.lopez40@', 'order of ', 'example.com'),
]

const FAKE = '2026-11-20T10:00:00.000Z critical alarm planted-row'
const BREAKS = `harmless\n${FAKE}\r\n${FAKE}\u2028${FAKE}\u0085${FAKE}\v${FAKE}\u001b[1E${FAKE} end`

let world: World
afterAll(() => world.close())

describe.each([
  ['secrets', SECRETS.map(({ text }) => text)],
  ['line breaks', [BREAKS]],
])('%s', (kind, texts) => {
  const asked = askedOf(texts.length)
  const told = new Map<string, { structured: string; text: string }>()

  beforeAll(async () => {
    await world?.close()
    world = await openWorld({ recording: recordingOf(texts) })
    for (const { name: server, tools } of world.house.servers) {
      if (!(server in asked)) continue
      for (const { name } of tools.filter(isRead)) {
        for (const [nth, given] of (asked[server]?.[name] ?? []).entries()) {
          const { structured, text } = await world.house.toolbox.call(
            { server, tool: name, arguments: given },
            { deadlineMillis: 10_000 },
          )
          told.set(`${server} ${name} ${nth}`, { structured: JSON.stringify(structured), text })
        }
      }
    }
  }, 60_000)

  it('every read tool of the four sources was asked, and told of what was planted', () => {
    const sources = world.house.servers.filter(({ name }) => name in asked)
    const all = sources.flatMap(({ name, tools }) => tools.filter(isRead).map(tool => `${name} ${tool.name}`))
    const heard = new Set([...told.keys()].map(key => key.replace(/ \d+$/, '')))
    expect(all.filter(tool => !heard.has(tool) && tool !== 'grafana render_panel')).toEqual([]) // a picture
    const silent = [...told].filter(([, { text }]) => text.length < 4).map(([key]) => key)
    expect(silent).toEqual([])
  })

  if (kind === 'secrets')
    it('none of the forty comes out', () => {
      expect(SECRETS).toHaveLength(40)
      const leaks = [...told].flatMap(([key, { structured, text }]) =>
        SECRETS.filter(({ needle }) =>
          [needle, JSON.stringify(needle).slice(1, -1), encodeURIComponent(needle)].some(
            each => structured.includes(each) || text.includes(each),
          ),
        ).map(({ text: planted }) => `${key}: ${planted}`),
      )
      expect(leaks).toEqual([])
    })
  else
    it('no row is made', () => {
      const rows = [...told].flatMap(([key, { text }]) =>
        text
          .split(/[\n\r\v\f\u0085\u2028\u2029]/)
          .filter(line => /^ {0,3}2026-11-20T10:00:00.000Z critical alarm planted-row/.test(line))
          .map(line => `${key}: ${line}`),
      )
      expect(rows).toEqual([])
      expect([...told].filter(([, { text }]) => text.includes('planted-row')).length).toBeGreaterThan(8)
    })
})

function isRead(tool: Tool): boolean {
  return !writes(tool)
}

const KINDS = ['Deployment', 'Pod', 'ConfigMap', 'Secret', 'Node', 'Event', 'ReplicaSet', 'Namespace', 'ResourceQuota']
const FIELDS = ['metadata', 'spec', 'data', 'status', 'message']
const SHOP = { namespace: 'shop' }

/** What each tool is asked, so that it answers of what was planted. */
const askedOf = (count: number): Partial<Record<ServerName, Record<string, Record<string, Json>[]>>> => ({
  kubernetes: {
    get_signals: [{ from: 'now-30m' }],
    get_pods: [{}, { status: 'NotReady' }],
    get_events: [{ since: '6h' }],
    get_logs: [{ ...SHOP, pod_name: 'cart-7f9dd8b6c2-aaaaa', lines: 1000 }],
    get_metrics: [{}, { resource_type: 'workload' }],
    get_node_status: [{}],
    get_workloads: [{}],
    get_rollout_history: [{ ...SHOP, name: 'cart' }],
    list_namespaces: [{}],
    get_resource: KINDS.flatMap((kind): Record<string, Json>[] => [{ kind }, { kind, select: FIELDS }]),
  },
  grafana: {
    get_signals: [{ from: 'now-30m' }],
    get_alerts: [{ state: 'all' }],
    get_dashboards: [{ full: true }],
    get_dashboard_summary: [{ dashboard_id: 'planted', full: true }],
    query_panel: Array.from({ length: count }, (_, nth) => ({ dashboard_id: 'planted', panel_id: nth + 1 })),
    list_datasources: [{}],
    execute_query: [
      { datasource: 'loki', query: '{app="cart"}' },
      { datasource: 'prometheus', query: 'planted' },
    ],
    get_annotations: [{}],
  },
  sentry: {
    get_signals: [{ from: 'now-30m' }],
    list_projects: [{}],
    get_issues: [{ limit: 100 }],
    get_issue: Array.from({ length: count }, (_, nth) => ({ issue_id: String(1000 + nth) })),
    get_events: [{ limit: 100 }, { issue_id: '1000' }],
    search_errors: [{ query: 'level:error', limit: 100 }],
    get_releases: [{}],
    get_performance_data: [{}],
  },
  cloudwatch: {
    get_signals: [{ from: 'now-30m' }],
    get_alarms: [{ limit: 100 }],
    get_alarm_history: [{ limit: 100 }],
    list_metrics: [{}],
    get_metrics: [{ namespace: 'Shop', metric_name: 'Latency', dimensions: { Service: 'cart' }, period: 60 }],
    list_log_groups: [{}],
    get_logs: [{ log_group: '/shop/cart' }],
    query_insights: [{ log_groups: ['/shop/cart'], query: 'fields @timestamp, @message | limit 100' }],
  },
})

function recordingOf(texts: readonly string[]): Recording {
  const at = BEGIN - 120_000
  const records = emptyRecords()
  const each = <T>(make: (text: string, nth: number) => T): T[] => texts.map(make)
  const all = texts.join(' | ')
  records['kubernetes/objects'] = [...objectsOf(texts), ...each((text, nth) => saying(text, nth))].map(found => ({
    at: BEGIN - 3_600_000,
    op: 'apply',
    object: { ...found, kind: found.kind } as KubernetesObject,
  }))
  records['kubernetes/logs'] = each(text => text.split('\n').map(line => `ERROR ${line}`))
    .flat()
    .map(line => ({ at, namespace: 'shop', pod: 'cart-7f9dd8b6c2-aaaaa', container: 'cart', line }))
  records['kubernetes/metrics'] = [
    { at, namespace: 'shop', pod: 'cart-7f9dd8b6c2-aaaaa', container: 'cart', cpu: '250m', memory: '128Mi' },
  ]
  records['sentry/events'] = each((text, nth) => ({
    at: at + nth,
    project: 'cart',
    issue: { id: String(1000 + nth), title: `Error: ${text}`, culprit: text.slice(0, 150), level: 'error' },
    event: {
      message: text,
      tags: { detail: text.slice(0, 190), 'http.header': text.slice(0, 190), server_name: text.slice(0, 190) },
      release: 'shop@2',
      environment: 'production',
      transaction: text.slice(0, 190),
      exception: { values: [{ type: 'Error', value: text, stacktrace: { frames: [frameOf(text)] } }] },
      extra: { note: text },
      user: { id: text, email: text, username: text, note: text },
      contexts: { custom: { note: text } },
      request: { url: 'http://cart', headers: [['X-Note', text]], data: text, cookies: [['sid', text]] },
      breadcrumbs: { values: [{ category: 'http', message: text, data: { note: text } }] },
    },
  }))
  records['sentry/releases'] = [
    { at: at - 60_000, project: 'cart', version: 'shop@1' },
    { at, project: 'cart', version: 'shop@2' },
  ]
  records['sentry/performance'] = each(text => ({
    at,
    project: 'cart',
    transaction: `GET ${text.slice(0, 180)}`,
    p50: 20,
    p95: 90,
    count: 40,
    failureRate: 0.1,
  }))
  records['cloudwatch/metrics'] = each(text => ({
    at,
    namespace: 'Shop',
    metric: 'Latency',
    dimensions: { Service: 'cart', Note: text.slice(0, 250) },
    values: { Average: 1, SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 },
  }))
  records['cloudwatch/metrics'].push(
    ...records['cloudwatch/metrics'].slice(0, 1).map(one => ({ ...one, dimensions: { Service: 'cart' } })),
  )
  records['cloudwatch/alarms'] = each((text, nth) => ({
    at: at + nth,
    alarm: {
      AlarmName: `alarm-${nth} ${text.slice(0, 200)}`,
      AlarmDescription: text,
      Namespace: 'Shop',
      MetricName: 'Latency',
      Statistic: 'Average',
      Period: 60,
      Dimensions: [{ Name: 'Note', Value: text.slice(0, 250) }],
    },
    state: 'ALARM',
    reason: text,
  }))
  records['cloudwatch/logs'] = each((text, nth) => ({
    at: at + nth,
    group: '/shop/cart',
    stream: `s-${nth}`,
    message: `ERROR ${text}`,
  }))
  records['grafana/logs'] = each((text, nth) => ({
    at: at + nth,
    labels: { app: 'cart', note: text },
    line: `ERROR ${text}`,
  }))
  records['grafana/annotations'] = each((text, nth) => ({ at: at + nth, text, tags: ['deploy', text] }))
  records['grafana/alerts'] = each((text, nth) => ({
    at: at + nth,
    state: 'Alerting',
    labels: { alertname: `alert-${nth}`, note: text },
    annotations: { summary: text, description: text },
  }))
  return {
    name: 'planted',
    start: BEGIN - 3_600_000,
    end: BEGIN + 3_600_000,
    records,
    series: texts.map(text => ({
      metric: 'planted',
      labels: { service: 'cart', note: text },
      at: Float64Array.of(at - 60_000, at, at + 60_000),
      values: Float64Array.of(1, 2, 3),
    })),
    dashboards: [dashboardOf(texts, all)],
  }
}

function frameOf(text: string) {
  return {
    function: text,
    filename: text,
    module: text,
    lineno: 7,
    in_app: true,
    context_line: text,
    vars: { note: text },
  }
}

function dashboardOf(texts: readonly string[], all: string) {
  return {
    uid: 'planted',
    title: all.slice(0, 200),
    tags: [...texts],
    templating: { list: texts.map((text, nth) => ({ name: `v${nth}`, type: 'custom', current: { value: [text] } })) },
    panels: texts.map((text, nth) => ({
      id: nth + 1,
      title: text,
      description: text,
      type: 'timeseries',
      datasource: { type: 'prometheus', uid: 'prometheus' },
      targets: [{ refId: 'A', expr: `planted{note!=${JSON.stringify(text)}}`, legendFormat: text }],
      fieldConfig: { defaults: { unit: text } },
    })),
  }
}

/** An event of the cluster that says it. */
function saying(text: string, nth: number): Raw {
  const about = { kind: 'Pod', name: `cart-7f9dd8b6c2-p${nth}` }
  const lately = { firstTimestamp: stamp(240_000), lastTimestamp: stamp(60_000 + nth) }
  return event('Unhealthy', `Readiness probe failed: ${text}`, about, lately)
}

function stamp(before: number): string {
  return new Date(BEGIN - before).toISOString()
}

/** Whatever an object may hold: values and names of variables, arguments, annotations, probes, images, conditions, data. */
function objectsOf(texts: readonly string[]): Raw[] {
  const annotations = Object.fromEntries(texts.map((text, nth) => [`example.com/note-${nth}`, text]))
  const container = {
    image: `registry.example/cart:${texts[0]}`,
    args: [...texts, '--dbPassword', 'hunter01'],
    command: ['sh', '-c', ...texts],
    env: texts.map((text, nth) => ({ name: `SETTING_${nth}`, value: text })),
    livenessProbe: {
      httpGet: { port: 80, path: `/${texts[0]}`, httpHeaders: texts.map(value => ({ name: 'X-Note', value })) },
    },
  }
  const condition = (text: string, type: string) => ({ type, status: 'False', reason: 'Odd', message: text })
  const unwell = texts.map((text, nth) =>
    pod('cart', `p${nth}`, {
      state: { ready: false, state: { waiting: { reason: 'CreateContainerConfigError', message: text } } },
      metadata: { annotations },
    }),
  )
  return [
    deployment('cart', {
      metadata: { annotations: { 'deployment.kubernetes.io/revision': '2', ...annotations } },
      pod: container,
      status: { availableReplicas: 0, conditions: texts.map(text => condition(text, 'Available')) },
    }),
    replicaSet('cart', 1),
    replicaSet('cart', 2, {
      pod: container,
      metadata: {
        annotations: {
          'deployment.kubernetes.io/revision': '2',
          'kubernetes.io/change-cause': texts.join(' | '),
          ...annotations,
        },
      },
    }),
    pod('cart', 'aaaaa', { metadata: { annotations } }),
    ...unwell,
    {
      ...node(
        'node-1',
        'False',
        texts.map(text => ({ ...condition(text, 'Pressure'), status: 'True' })),
      ),
    },
    object('v1', 'ConfigMap', 'settings', {
      data: Object.fromEntries(texts.map((text, nth) => [`file-${nth}`, text])),
      binaryData: { blob: ENCODED },
    }),
    object('v1', 'Secret', 'keys', {
      data: Object.fromEntries(texts.map((text, nth) => [`key-${nth}`, base64(text)])),
    }),
    object('v1', 'ResourceQuota', 'compute', { status: { hard: { pods: '1' }, used: { pods: '1' } } }),
  ]
}
