// StartQuery, GetQueryResults and StopQuery. A query is complete at once: what it sees is what was there when it started.
import { z } from 'zod'
import { parseInsights } from './insights-language.ts'
import { runInsights } from './insights-run.ts'
import { firstFrom, type LogStore } from './log-store.ts'
import { AwsError, operation, type Operation } from './operation.ts'

/** Old ones are forgotten; AWS keeps results for seven days. */
const queriesKept = 100

export function insightsOperations(store: LogStore): Record<string, Operation> {
  const answers = new Map<string, object>()
  let started = 0
  const byId = z.strictObject({ queryId: z.string() })

  return {
    StartQuery: operation(
      z.strictObject({
        queryLanguage: z.literal('CWLI').optional(),
        logGroupName: z.string().optional(),
        logGroupNames: z.array(z.string()).max(50).optional(),
        logGroupIdentifiers: z.array(z.string()).max(50).optional(),
        startTime: z.number(), // seconds, unlike FilterLogEvents
        endTime: z.number(),
        queryString: z.string(),
        limit: z.int().min(1).max(10_000).optional(),
      }),
      asked => {
        const names = asked.logGroupNames ?? asked.logGroupIdentifiers ?? [asked.logGroupName ?? '']
        const commands = parseInsights(asked.queryString)
        const events = names.flatMap(name => {
          const group = store.group(name)
          return group.events.slice(
            firstFrom(group.events, asked.startTime * 1000),
            firstFrom(group.events, asked.endTime * 1000 + 1),
          )
        })
        if (names.length > 1) events.sort((a, b) => a.at - b.at)
        const { rows, matched } = runInsights(commands, events, asked.limit)
        const bytesScanned = events.reduce((sum, event) => sum + event.message.length, 0)
        const statistics = { recordsMatched: matched, recordsScanned: events.length, bytesScanned }

        const queryId = `00000000-0000-4000-8000-${String(++started).padStart(12, '0')}`
        answers.set(queryId, { queryLanguage: 'CWLI', status: 'Complete', results: rows, statistics })
        const oldest = answers.keys().next().value
        if (answers.size > queriesKept && oldest !== undefined) answers.delete(oldest)
        return { queryId }
      },
    ),
    GetQueryResults: operation(byId, ({ queryId }) => {
      const answer = answers.get(queryId)
      if (!answer) throw new AwsError('ResourceNotFoundException', `The query ${queryId} does not exist.`)
      return answer
    }),
    StopQuery: operation(byId, ({ queryId }) => {
      if (!answers.has(queryId)) throw new AwsError('ResourceNotFoundException', `The query ${queryId} does not exist.`)
      return { success: false } // it had already ended
    }),
  }
}
