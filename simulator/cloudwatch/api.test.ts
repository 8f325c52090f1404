import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCloud } from '../cloud.ts'
import { listen, type Listener } from '../listen.ts'
import { emptyRecords } from '../recording.ts'
import { cloudwatchApi } from './api.ts'

const noon = Date.parse('2026-01-01T12:00:00Z')
const minute = 60_000
let now = noon + 10 * minute
let listener: Listener
let metrics: CloudWatchClient
let logs: CloudWatchLogsClient

beforeAll(async () => {
  const records = emptyRecords()
  for (let i = 0; i < 20; i++) {
    const at = noon + i * minute
    const dimensions = { TargetGroup: 'checkout', LoadBalancer: 'shop' }
    const latency = { Average: 0.1 * i, SampleCount: 1 + (i % 2), p90: i }
    records['cloudwatch/metrics'].push({
      at,
      namespace: 'ELB',
      metric: 'Latency',
      dimensions,
      unit: 'Seconds',
      values: latency,
    })
    records['cloudwatch/metrics'].push({
      at,
      namespace: 'ELB',
      metric: '5XX',
      dimensions,
      unit: 'Count',
      values: { Sum: i },
    })
    records['cloudwatch/metrics'].push({ at, namespace: 'ELB', metric: 'Requests', dimensions, values: { Sum: 100 } })
  }
  const alarm = { AlarmName: 'checkout-5xx', Namespace: 'ELB', MetricName: '5XX', Threshold: 5, Statistic: 'Sum' }
  records['cloudwatch/alarms'].push(
    { at: noon, alarm, state: 'OK', reason: 'below' },
    { at: noon, alarm: { AlarmName: 'other' }, state: 'OK', reason: 'below' },
    { at: noon + 6 * minute, alarm, state: 'ALARM', reason: 'above' },
    { at: noon + 7 * minute, alarm, state: 'ALARM', reason: 'far above' },
    { at: noon + 15 * minute, alarm, state: 'OK', reason: 'below' },
  )
  for (let i = 0; i < 600; i++) {
    const status = i % 10 === 0 ? 502 : 200
    const message = JSON.stringify({ path: i % 2 ? '/cart' : '/checkout', status, took: i })
    records['cloudwatch/logs'].push({ at: noon + i * 1000, group: '/api/gateway', stream: `node-${i % 3}`, message })
  }
  records['cloudwatch/logs'].push({ at: noon + 30 * minute, group: '/later', stream: 's', message: 'm' })
  const recording = { name: 'small', start: noon, end: noon + 60 * minute, records, series: [], dashboards: [] }
  const api = cloudwatchApi(
    openCloud({ recording }, () => now),
    { accessKeyId: 'known' },
  )
  listener = await listen((request, response, body) => api.handle(request, response, body))
  metrics = new CloudWatchClient(configuration('known'))
  logs = new CloudWatchLogsClient(configuration('known'))
})
afterAll(() => listener.close())

function configuration(accessKeyId: string) {
  const credentials = { accessKeyId, secretAccessKey: 'secret' }
  return { endpoint: listener.url, region: 'eu-central-1', credentials, maxAttempts: 1 }
}

const Dimensions = [
  { Name: 'LoadBalancer', Value: 'shop' },
  { Name: 'TargetGroup', Value: 'checkout' },
]
function query(Id: string, MetricName: string, Stat: string, Period = 60) {
  return { Id, MetricStat: { Metric: { Namespace: 'ELB', MetricName, Dimensions }, Period, Stat } }
}

test('datapoints by now, as recorded, joined into longer periods, and computed', async () => {
  const { MetricDataResults: results = [] } = await metrics.send(
    new GetMetricDataCommand({
      StartTime: new Date(noon),
      EndTime: new Date(noon + 60 * minute),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [
        query('p90', 'Latency', 'p90'),
        query('sums', '5XX', 'Sum', 300),
        query('average', 'Latency', 'Average', 300),
        { ...query('errors', '5XX', 'Sum'), ReturnData: false },
        { ...query('requests', 'Requests', 'Sum'), ReturnData: false },
        { Id: 'ratio', Expression: '100 * errors / requests', Label: 'errors in %' },
        { Id: 'rate', Expression: 'IF(errors >= 9 AND requests != 0, RATE(errors) * 60, RUNNING_SUM(errors))' },
        query('none', 'Unknown', 'Sum'),
      ],
    }),
  )
  expect(results.map(result => [result.Id, result.StatusCode])).toEqual(
    ['p90', 'sums', 'average', 'ratio', 'rate', 'none'].map(id => [id, 'Complete']),
  )
  const [p90, sums, average, ratio, rate, none] = results
  expect(p90?.Values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) // 12:00 to 12:10, which is now
  expect(p90?.Timestamps?.[1]).toEqual(new Date(noon + minute))
  expect(sums?.Values).toEqual([0 + 1 + 2 + 3 + 4, 5 + 6 + 7 + 8 + 9, 10])
  expect(average?.Values?.[0]).toBeCloseTo((0.1 * 2 + 0.2 + 0.3 * 2 + 0.4) / 7)
  expect(ratio?.Values?.at(-1)).toBe(10)
  expect(rate?.Values).toEqual([0, 1, 3, 6, 10, 15, 21, 28, 36, 1, 1])
  expect(none?.Values).toEqual([])
})

test('pages of datapoints put together are the whole, newest first by default', async () => {
  const pages: number[][] = []
  let NextToken: string | undefined
  do {
    const answer = await metrics.send(
      new GetMetricDataCommand({
        StartTime: new Date(noon),
        EndTime: new Date(now),
        MetricDataQueries: [query('a', '5XX', 'Sum'), query('b', 'Latency', 'p90')],
        MaxDatapoints: 8,
        NextToken,
      }),
    )
    pages.push((answer.MetricDataResults ?? []).flatMap(result => result.Values ?? []))
    NextToken = answer.NextToken
  } while (NextToken !== undefined)
  const newestFirst = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
  expect(pages.map(page => page.length)).toEqual([8, 8, 4])
  expect(pages.flat()).toEqual([...newestFirst, ...newestFirst])
})

test('single statistics and the list of metrics', async () => {
  const answer = await metrics.send(
    new GetMetricStatisticsCommand({
      Namespace: 'ELB',
      MetricName: 'Latency',
      Dimensions,
      StartTime: new Date(noon + minute),
      EndTime: new Date(noon + 2 * minute),
      Period: 60,
      Statistics: ['Average', 'Sum'],
      ExtendedStatistics: ['p90'],
    }),
  )
  expect(answer.Datapoints).toEqual([
    { Timestamp: new Date(noon + minute), Average: 0.1, Sum: 0.2, ExtendedStatistics: { p90: 1 }, Unit: 'Seconds' },
  ])
  const listed = await metrics.send(new ListMetricsCommand({ Namespace: 'ELB', Dimensions: [{ Name: 'TargetGroup' }] }))
  expect(listed.Metrics?.map(metric => metric.MetricName)).toEqual(['Latency', '5XX', 'Requests'])
})

test('an alarm has the state of its last record, and remembers when it turned', async () => {
  const firing = await metrics.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }))
  expect(firing.MetricAlarms).toMatchObject([
    {
      AlarmName: 'checkout-5xx',
      Threshold: 5,
      StateReason: 'far above',
      StateTransitionedTimestamp: new Date(noon + 6 * minute),
      StateUpdatedTimestamp: new Date(noon + 7 * minute),
    },
  ])
  const history = await metrics.send(new DescribeAlarmHistoryCommand({ AlarmName: 'checkout-5xx' }))
  expect(history.AlarmHistoryItems?.map(item => item.HistorySummary)).toEqual(['Alarm updated from OK to ALARM'])

  now = noon + 16 * minute
  const later = await metrics.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'checkout' }))
  now = noon + 10 * minute
  expect(later.MetricAlarms?.[0]?.StateValue).toBe('OK')
})

test('log lines by time, stream and pattern, in pages', async () => {
  const groups = await logs.send(new DescribeLogGroupsCommand({}))
  expect(groups.logGroups?.map(group => group.logGroupName)).toEqual(['/api/gateway', '/later'])
  const streams = await logs.send(
    new DescribeLogStreamsCommand({
      logGroupName: '/api/gateway',
      orderBy: 'LastEventTime',
      descending: true,
      limit: 2,
    }),
  )
  expect(streams.logStreams?.map(stream => stream.logStreamName)).toEqual(['node-2', 'node-1'])

  const search = {
    logGroupName: '/api/gateway',
    startTime: noon,
    endTime: noon + 100_000,
    filterPattern: '"\\"status\\":502" -cart',
  }
  const first = await logs.send(new FilterLogEventsCommand({ ...search, limit: 6 }))
  const second = await logs.send(new FilterLogEventsCommand({ ...search, limit: 6, nextToken: first.nextToken }))
  const seconds = [...(first.events ?? []), ...(second.events ?? [])].map(
    event => ((event.timestamp ?? 0) - noon) / 1000,
  )
  expect(seconds).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
  expect(second.nextToken).toBeUndefined()

  const any = await logs.send(
    new FilterLogEventsCommand({ ...search, endTime: noon + 1000, filterPattern: '?cart ?checkout' }),
  )
  expect(any.events?.length).toBe(2)
  const filterPattern = '{ ($.status >= 500 && $.path = "/check*") || $.took = 1 || $.user IS NULL }'
  const json = await logs.send(new FilterLogEventsCommand({ ...search, endTime: noon + 20_000, filterPattern }))
  expect(json.events?.map(event => ((event.timestamp ?? 0) - noon) / 1000)).toEqual([0, 1, 10, 20])
  const tail = await logs.send(
    new GetLogEventsCommand({ logGroupName: '/api/gateway', logStreamName: 'node-0', limit: 2 }),
  )
  expect(tail.events?.map(event => ((event.timestamp ?? 0) - noon) / 1000)).toEqual([594, 597])
})

async function ask(queryString: string) {
  const { queryId } = await logs.send(
    new StartQueryCommand({ logGroupName: '/api/gateway', startTime: noon / 1000, endTime: now / 1000, queryString }),
  )
  const answer = await logs.send(new GetQueryResultsCommand({ queryId }))
  expect(answer.status).toBe('Complete')
  return (answer.results ?? []).map(row => Object.fromEntries(row.map(cell => [cell.field, cell.value])))
}

test('Insights filters, counts by time and by discovered fields, sorts and limits', async () => {
  expect(
    await ask(
      'filter status >= 500 | stats count(*) as failed, pct(took, 50) by bin(5m) | sort `pct(took, 50)` desc | limit 1',
    ),
  ).toEqual([{ 'bin(5m)': '2026-01-01 12:05:00.000', failed: '30', 'pct(took, 50)': '440' }])
  expect(await ask('filter @message like /(?i)CHECKOUT/ and status in [200] | stats count() by path')).toEqual([
    { path: '/checkout', 'count()': '240' },
  ])
  const [newest] = await ask('fields @timestamp, path | filter not (path = "/cart") | sort @timestamp desc | limit 1')
  expect(newest).toMatchObject({ '@timestamp': '2026-01-01 12:09:58.000', path: '/checkout' })
  await expect(ask('parse @message "* *" as a, b')).rejects.toThrow('not simulated: the Insights command parse')
})

test('what is wrong is said in the words of AWS, what is not played as such', async () => {
  const stranger = new CloudWatchClient(configuration('stranger'))
  await expect(stranger.send(new DescribeAlarmsCommand({}))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  })
  await expect(logs.send(new FilterLogEventsCommand({ logGroupName: '/none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
  const data = { StartTime: new Date(noon), EndTime: new Date(now) }
  const search = [{ Id: 'a', Expression: "SEARCH('{ELB} Latency', 'p90', 60)" }]
  await expect(metrics.send(new GetMetricDataCommand({ ...data, MetricDataQueries: search }))).rejects.toThrow(
    /not simulated: the expression SEARCH/,
  )
  await expect(
    logs.send(new FilterLogEventsCommand({ logGroupName: '/later', filterPattern: '[ip, user]' })),
  ).rejects.toThrow('not simulated: the filter pattern')
})
