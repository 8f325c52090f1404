// What a room must say about itself: its tools, what each may break, and what it answers.
import type { z } from 'zod'
import type { Permit } from '#incident/approval.ts'
import type { Log } from '#incident/observe.ts'
import type { ServerName } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'

export type ToolContext = {
  /** Aborted when the caller gives up or the deadline has passed. */
  signal: AbortSignal
  now(): Millis
  log: Log
  progress(done: number, total: number, message: string): void
}

/** MCP's four hints; all of them, for every tool. */
export type Hints = { readOnly: boolean; destructive: boolean; idempotent: boolean; openWorld: boolean }

type Described<Input extends z.ZodObject, Output extends z.ZodObject> = {
  name: string // snake_case
  title: string
  /** For whoever chooses among tools: what it answers, when to use it. */
  description: string
  input: Input
  output: Output
  /** The same facts as the structured answer, compact. */
  text(output: z.output<Output>): string
}

export type ReadTool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> = Described<
  Input,
  Output
> & {
  hints: Hints & { readOnly: true; destructive: false }
  run(input: z.output<Input>, context: ToolContext): Promise<z.input<Output>>
}

/** `dryRun` passes the gate unsealed and changes nothing; `write` runs only with a permit. The gate adds `dry_run` to the input. */
export type WriteTool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> = Described<
  Input,
  Output
> & {
  hints: Hints & { readOnly: false }
  dryRun(input: z.output<Input>, context: ToolContext): Promise<z.input<Output>>
  write(input: z.output<Input>, context: ToolContext, permit: Permit): Promise<z.input<Output>>
}

export type Tool = ReadTool | WriteTool

export type Server = { name: ServerName; title: string; instructions: string; tools: readonly Tool[]; close?(): void }

/** Keeps the types of input and output together where a tool is written; what holds for every tool is checked in defineServer. */
export function defineReadTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Omit<ReadTool<Input, Output>, 'hints'> & { hints?: { idempotent?: boolean; openWorld?: boolean } },
): ReadTool {
  const hints = { readOnly: true, destructive: false, idempotent: true, openWorld: true, ...tool.hints } as const
  return { ...tool, hints } as ReadTool
}

export function defineWriteTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: WriteTool<Input, Output>,
): WriteTool {
  return tool as WriteTool
}

const MOST_TOOLS = 25 // what clients show without hiding some; see CONTRIBUTING

/** Throws when a name is no snake_case, stands twice, or there are too many tools. */
export function defineServer(server: Server): Server {
  const names = new Set<string>()
  for (const { name } of server.tools) {
    if (!/^[a-z]+(_[a-z]+)*$/.test(name)) throw new Error(`[${server.name}] tool name ${name}: expected snake_case`)
    if (names.has(name)) throw new Error(`[${server.name}] tool ${name} is defined twice`)
    names.add(name)
  }
  if (server.tools.length > MOST_TOOLS) throw new Error(`[${server.name}] has more than ${MOST_TOOLS} tools`)
  return server
}

export function writes(tool: Tool): tool is WriteTool {
  return 'write' in tool
}
