// A read tool called by name, straight at its room: its input and its answer checked by its own schemas, as the host does.
import { SILENT } from '#incident/observe.ts'
import type { ReadTool, Server } from '#mcp-servers/define.ts'

export type Read = { tool: ReadTool; output: Record<string, unknown> }

const DEADLINE_MILLIS = 20_000

/** Throws the Fault of the tool, and a ZodError for input it does not take. */
export async function readWith(
  { tools }: Pick<Server, 'tools'>,
  now: () => number,
  name: string,
  input: Record<string, unknown> = {},
): Promise<Read> {
  const tool = tools.find(each => each.name === name)
  if (!tool || !('run' in tool)) throw new Error(`no tool ${name} that reads`)
  const context = { signal: AbortSignal.timeout(DEADLINE_MILLIS), now, log: SILENT, progress() {} }
  return { tool, output: tool.output.parse(await tool.run(tool.input.strict().parse(input), context)) }
}
