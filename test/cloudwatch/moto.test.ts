// The tools against moto, another people's simulation of AWS, so that ours does not share a mistake with what it tests.
// Left to the simulator is what moto 5.2 has not: composite alarms, alarm history, percentiles, metric math, and the
// language of Insights, of which it answers fields, sort and limit and passes over the rest.
import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReadingPage } from '#mcp-servers/signal-schema.ts'
import { findParty, freePort, REQUIRED, startParty } from '../parties.ts'
import type { Party } from '../parties.ts'
import { openTools } from './open-tools.ts'
import type { Tools } from './open-tools.ts'

const program = await findParty('moto_server')
const MINUTE = 60_000
const at = Math.floor(Date.now() / MINUTE) * MINUTE
const GROUP = '/aws/lambda/cart'
const METRIC = { Namespace: 'Shop', MetricName: 'Requests', Dimensions: [{ Name: 'Service', Value: 'cart' }] }

test.runIf(REQUIRED)('moto is there', () => {
  expect(program, 'moto_server is missing: run .ci/parties').toBeDefined()
})

describe.skipIf(program === undefined)('moto, which .ci/parties fetches', () => {
  let moto: Party
  let tools: Tools

  beforeAll(async () => {
    const port = await freePort()
    moto = await startParty(program ?? '', ['-H', '127.0.0.1', '-p', String(port)], /Running on/)
    const endpoint = `http://127.0.0.1:${port}`
    await fill(endpoint)
    tools = await openTools(endpoint, Date.now)
  }, 60_000)
  afterAll(async () => {
    await tools?.close()
    await moto?.end()
  })

  test('metrics, their points and alarms', async () => {
    const { structured: listed } = await tools.call('list_metrics', { namespace: 'Shop', active: false })
    expect(listed['metrics']).toEqual([{ namespace: 'Shop', metricName: 'Requests', dimensions: { Service: 'cart' } }])
    const of = { namespace: 'Shop', metric_name: 'Requests', dimensions: { Service: 'cart' }, since: '10m' }
    const { structured: points } = await tools.call('get_metrics', of)
    expect(points).toMatchObject({ statistic: 'Sum', datapoints: [{ value: 5 }, { value: 5 }, { value: 5 }] })
    const { structured: alarms } = await tools.call('get_alarms', { state: 'ALARM' })
    expect(alarms['items']).toMatchObject([{ alarmName: 'cart-busy', threshold: 1, stateReason: 'too many' }])
  })

  test('log groups, their lines and a query over them', async () => {
    const { structured: groups } = await tools.call('list_log_groups')
    expect(groups['logGroups']).toMatchObject([{ name: GROUP }])
    const { structured: lines } = await tools.call('get_logs', { log_group: GROUP, limit: 2 })
    expect(lines['lines']).toMatchObject([{ text: 'ERROR one' }, { text: 'INFO two' }])
    const rest = await tools.call('get_logs', { log_group: GROUP, limit: 2, cursor: lines['nextCursor'] as string })
    expect(rest.structured).toMatchObject({ lines: [{ text: 'INFO three' }], truncated: false })
    const query = 'fields @timestamp, @message | sort @timestamp desc | limit 2'
    const { structured: table } = await tools.call('query_insights', { log_groups: [GROUP], query })
    expect(table).toMatchObject({ complete: true, columns: ['@timestamp', '@message'] })
    expect((table['rows'] as string[][]).map(([, message]) => message)).toEqual(['INFO three', 'INFO two'])
  })

  test('a filter pattern, and names that are not there', async () => {
    const { structured: lines } = await tools.call('get_logs', { log_group: GROUP, filter_pattern: 'ERROR' })
    expect(lines['lines']).toMatchObject([{ text: 'ERROR one' }])
    const query = 'fields @message'
    const refused = expect.objectContaining({ code: 'not_found', whose: 'caller', retryable: false })
    await expect(tools.call('get_logs', { log_group: '/none' })).rejects.toEqual(refused)
    await expect(tools.call('query_insights', { log_groups: ['/none'], query })).rejects.toEqual(refused)
    const { structured: points } = await tools.call('get_metrics', { namespace: 'Shop', metric_name: 'None' })
    expect(points).toMatchObject({ datapoints: [], hint: expect.stringContaining('list_metrics') })
    const { structured: alarms } = await tools.call('get_alarms', { name_prefix: 'none' })
    expect(alarms).toMatchObject({ items: [], truncated: false })
  })

  test('get_signals: what is active, the points, the lines of trouble', async () => {
    const { structured } = await tools.call('get_signals', { from: '10m' })
    const { signals, missing } = structured as ReadingPage
    expect(missing).toEqual([])
    expect(signals.map(({ kind, entity }) => `${kind} ${entity.service}`)).toEqual([
      'alarm cart',
      'series cart',
      'log cart',
    ])
  })
})

async function fill(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'KEY', secretAccessKey: 'words' }
  const metrics = new CloudWatchClient({ endpoint, region: 'eu-central-1', credentials })
  const logs = new CloudWatchLogsClient({ endpoint, region: 'eu-central-1', credentials })
  const data = [3, 2, 1].map(ago => ({
    ...METRIC,
    Namespace: undefined,
    Timestamp: new Date(at - ago * MINUTE),
    Value: 5,
  }))
  await metrics.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: data }))
  const compared = { ComparisonOperator: 'GreaterThanThreshold', Threshold: 1, EvaluationPeriods: 1 } as const
  await metrics.send(
    new PutMetricAlarmCommand({ AlarmName: 'cart-busy', ...METRIC, ...compared, Statistic: 'Sum', Period: 60 }),
  )
  const turned = { AlarmName: 'cart-busy', StateValue: 'ALARM', StateReason: 'too many' } as const
  await metrics.send(new SetAlarmStateCommand(turned))
  const stream = { logGroupName: GROUP, logStreamName: 'a' }
  await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }))
  await logs.send(new CreateLogStreamCommand(stream))
  const logEvents = ['ERROR one', 'INFO two', 'INFO three'].map((message, i) => ({
    message,
    timestamp: at - (3 - i) * MINUTE,
  }))
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents }))
  metrics.destroy()
  logs.destroy()
}
