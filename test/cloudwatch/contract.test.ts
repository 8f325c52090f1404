// AWS's own description of CloudWatch and CloudWatch Logs, against what every tool asks and what the simulator answers.
// It is not part of the project: API_CONTRACTS names the folder it lies in; without it there is nothing to compare.
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCloud } from '../../simulator/cloud.ts'
import { cloudwatchApi } from '../../simulator/cloudwatch/api.ts'
import { listen } from '../../simulator/listen.ts'
import type { Listener } from '../../simulator/listen.ts'
import { scenarioNamed } from '../../simulator/scenarios/index.ts'
import { openTools } from './open-tools.ts'
import type { Tools } from './open-tools.ts'
import { readModel } from './smithy.ts'

const CONTRACTS = process.env['API_CONTRACTS'] ?? 'absent'
const isThere = existsSync(`${CONTRACTS}/aws-smithy`)
const START = Date.parse('2026-11-03T14:00:00Z')
const now = START + 6 * 60_000 // the bad rollout is under way

describe.runIf(isThere)('every tool', () => {
  const exchanges: { service: string; operation: string; asked: unknown; answered: unknown }[] = []
  let simulator: Listener
  let between: Listener
  let tools: Tools

  beforeAll(async () => {
    const api = cloudwatchApi(openCloud(scenarioNamed('bad-rollout').tell(START, 42), () => now))
    simulator = await listen((request, response, body) => api.handle(request, response, body))
    between = await listen(async (request, response, asked) => {
      const { 'x-amz-target': target, 'content-type': type = '', authorization = '' } = request.headers
      const headers = { 'x-amz-target': String(target), 'content-type': type, authorization }
      const answer = await fetch(simulator.url, { method: 'POST', headers, body: asked })
      const answered = await answer.text()
      const [service = '', operation = ''] = String(target).split('.')
      exchanges.push({ service, operation, asked: JSON.parse(asked), answered: JSON.parse(answered) })
      response.writeHead(answer.status, { 'content-type': type }).end(answered)
    })
    tools = await openTools(between.url, () => now)
  })
  afterAll(async () => {
    await tools.close()
    await between.close()
    await simulator.close()
  })

  test('asks what AWS describes, and the simulator answers what AWS describes', async () => {
    await tools.call('get_signals', { from: '5m' })
    const { structured: groups } = await tools.call('list_log_groups', { pattern: 'a' })
    const [{ name: group = '' } = {}] = groups['logGroups'] as { name?: string }[]
    const { structured: listed } = await tools.call('list_metrics', { limit: 1 })
    const [metric] = listed['metrics'] as {
      namespace: string
      metricName: string
      dimensions: Record<string, string>
    }[]
    const { namespace = '', metricName = '', dimensions = {} } = metric ?? {}
    const of = { namespace, metric_name: metricName, dimensions, since: '10m' }
    await tools.call('get_metrics', of)
    await tools.call('get_metrics', { ...of, statistic: 'p99', period: 10 })
    await tools.call('get_metrics', { ...of, expression: 'm1 / m2', others: [{ metric_name: metricName }] })
    await tools.call('get_alarms', { state: 'ALARM' })
    await tools.call('get_alarms', { name_prefix: 'shop' })
    await tools.call('get_alarm_history', { type: 'StateUpdate', since: '1h' })
    await tools.call('get_logs', { log_group: group, filter_pattern: '?error ?ERROR', stream_prefix: 'a' })
    await tools.call('query_insights', { log_groups: [group], query: 'fields @timestamp, @message | limit 3' })

    const models = {
      GraniteServiceVersion20100801: readModel(`${CONTRACTS}/aws-smithy/cloudwatch-2010-08-01.json.gz`),
      Logs_20140328: readModel(`${CONTRACTS}/aws-smithy/cloudwatch-logs-2014-03-28.json.gz`),
    }
    const problems = exchanges.flatMap(({ service, operation, asked, answered }) => {
      const model = models[service as keyof typeof models]
      return [...model.problems(operation, 'input', asked), ...model.problems(operation, 'output', answered)]
    })
    expect([...new Set(problems)]).toEqual([])
    const wrong = { StartTime: 0, EndTime: 1, MetricDataQueries: [{ Expression: '' }], Extra: 1 }
    expect(models.GraniteServiceVersion20100801.problems('GetMetricData', 'input', wrong)).toEqual([
      'GetMetricData.MetricDataQueries[0].Id: required',
      'GetMetricData.MetricDataQueries[0].Expression: 0 is not within 1 and 2048',
      'GetMetricData.Extra: not described',
    ])
    expect([...new Set(exchanges.map(({ operation }) => operation))].sort()).toEqual([
      'DescribeAlarmHistory',
      'DescribeAlarms',
      'DescribeLogGroups',
      'FilterLogEvents',
      'GetMetricData',
      'GetMetricStatistics',
      'GetQueryResults',
      'ListMetrics',
      'StartQuery',
    ])
  })
})
