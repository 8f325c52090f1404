// The tool get_performance_data: how fast transactions are, and how many of them fail.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { Millis } from '#incident/signal.ts'
import type { Ask } from './ask.ts'
import type { SentryClient } from './client.ts'
import { environment, linesOf, listed, listOf, only, page, placeOf, project, since, windowSince } from './listed.ts'
import { brief } from './said.ts'
import type { TransactionRow } from './schema.ts'

const MINUTE: Millis = 60_000

export function getPerformanceData(sentry: SentryClient, ask: Ask): ReadTool {
  return defineReadTool({
    name: 'get_performance_data',
    title: 'Latency and failures of transactions',
    description:
      'Transactions since a moment, the busiest first: median and 95th percentile of their duration, share that failed, requests. ',
    input: z.object({
      transaction: z
        .string()
        .min(1)
        .max(200)
        .regex(/^[^\p{Cc}]*$/u)
        .optional()
        .describe('name; * stands for anything: GET /cart*'),
      project,
      since: since('1h'),
      environment,
      ...page,
    }),
    output: listOf(
      z.object({
        project: z.string(),
        transaction: z.string(),
        p50Millis: z.number().nullable(),
        p95Millis: z.number().nullable(),
        failureRate: z.number().nullable().describe('0 to 1'),
        requests: z.number(),
        perMinute: z.number(),
      }),
    ),
    async run({ transaction, project: slug, since: when, environment: stage, limit, cursor }, { signal, now }) {
      const { from, to } = windowSince(when, now())
      const asked = {
        from,
        to,
        query: transaction === undefined ? '' : `transaction:${quoted(transaction)}`,
        ...only(slug),
        environment: stage,
        limit,
        cursor: placeOf(cursor).cursor,
      }
      const found = await ask('measure transactions', each => sentry.transactions(asked, each), signal, {
        project: slug,
      })
      return listed(found, row => view(row, (to - from) / MINUTE), {
        cursor,
        narrow: 'transaction, project or environment',
        empty:
          'No transactions. Look further back with since, check the name, or whether the applications send traces at all.',
      })
    },
    text: ({ items, ...more }) =>
      linesOf(
        items.map(
          each =>
            `${each.project} ${each.transaction}: p50 ${millis(each.p50Millis)}, p95 ${millis(each.p95Millis)}, ` +
            `failing ${each.failureRate === null ? '?' : `${(each.failureRate * 100).toFixed(1)}%`}, ${each.requests} requests (${each.perMinute}/min)`,
        ),
        more,
      ),
  })
}

/** As a value of Sentry's search. */
function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`
}

function view(row: TransactionRow, minutes: number) {
  const requests = row['count(span.duration)'] ?? 0
  return {
    project: brief(row.project, 100),
    transaction: brief(row.transaction, 200),
    p50Millis: rounded(row['p50(span.duration)']),
    p95Millis: rounded(row['p95(span.duration)']),
    failureRate: row['failure_rate()'] === null ? null : Number(row['failure_rate()'].toPrecision(3)),
    requests,
    perMinute: Number((requests / minutes).toPrecision(3)),
  }
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(1))
}

function millis(value: number | null): string {
  return value === null ? '?' : `${value} ms`
}
