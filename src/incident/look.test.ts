import { expect, test } from 'vitest'
import type { Toolbox } from './approval.ts'
import { Fault } from './fault.ts'
import { runLooks } from './look.ts'
import type { Look } from './remedy.ts'

const logs: Look = { asks: 'the log', call: { server: 'kubernetes', tool: 'get_logs', arguments: { pod_name: 'a' } } }
const write: Look = { asks: 'nothing good', call: { server: 'kubernetes', tool: 'restart_workload', arguments: {} } }
const down: Look = { asks: 'an issue', call: { server: 'sentry', tool: 'get_issue', arguments: { issue_id: '1' } } }

test('each look has its own answer; what is not known to be read-only is never called', async () => {
  const called: string[] = []
  const toolbox: Pick<Toolbox, 'call' | 'tools'> = {
    async call({ tool }) {
      called.push(tool)
      if (tool === 'get_issue') throw new Fault('network', 'Sentry did not answer.')
      return { structured: {}, text: `${'x'.repeat(2_000)}the last line` }
    },
    tools: async () => [
      { server: 'kubernetes', tool: 'get_logs', description: '', readOnly: true },
      { server: 'kubernetes', tool: 'restart_workload', description: '', readOnly: false },
      { server: 'sentry', tool: 'get_issue', description: '', readOnly: true },
    ],
  }
  const [log, refused, unread] = await runLooks([logs, write, down], toolbox)
  expect(log).toMatchObject({ answered: true, text: expect.stringMatching(/^…x+the last line$/) })
  expect(refused).toMatchObject({ answered: false })
  expect(unread).toMatchObject({ answered: false, text: 'Sentry did not answer.' })
  expect(called.toSorted()).toEqual(['get_issue', 'get_logs'])
})
