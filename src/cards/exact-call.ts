// A tool call as it is sent, to be read and copied.
import type { ToolCall } from '#incident/tool-call.ts'
import { exact, say } from './card.ts'
import type { Text } from './card.ts'
import { atMost } from './part.ts'

const MOST_ARGUMENTS = 12 // our own tools take at most eight

/** The tool and its arguments as they are sealed: "rollback_workload namespace=shop kind=Deployment name=checkout". */
export function exactly({ tool, arguments: given }: ToolCall): Text {
  const pairs = Object.entries(given).map(([key, value]) =>
    exact(`${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
  )
  return say`${exact(tool)} ${atMost(pairs, MOST_ARGUMENTS, ' ')}`
}
