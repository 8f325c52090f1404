// What a room must say about itself: its tools, what each may break, and what it answers; and what can be read by address.
import type { ContentBlock, PromptMessage } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import type { Permit } from '#incident/approval.ts'
import type { Log } from '#incident/observe.ts'
import type { ServerName } from '#incident/tool-call.ts'
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
  /** What no text can say, such as a picture; stands after the text. */
  attach?(output: z.output<Output>): ContentBlock[]
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

/** What a client may read, and put before a model, by its address. */
export type Resource = {
  name: string
  title: string
  description: string
  mimeType: string
  /** RFC 6570, simple expansion only: `incident://{id}`. Without a variable it is one resource, else a template of many. */
  uri: string
  /** Of a template: the ones worth showing in a list, newest first; the others are found by their address alone. */
  list?(context: ToolContext): Promise<{ uri: string; title: string }[]>
  /** Values percent-decoded. Throws a Fault `not_found`. A string is text; bytes are sent as base64. */
  read(variables: Record<string, string>, context: ToolContext): Promise<string | Uint8Array>
}

/** A beginning of a conversation that a person picks by name. Its arguments are strings, as MCP has them. */
export type Prompt<Input extends z.ZodObject = z.ZodObject> = {
  name: string
  title: string
  description: string
  input: Input
  messages(input: z.output<Input>, context: ToolContext): Promise<PromptMessage[]>
  /** What an argument could be, of which a person has typed the beginning; likeliest first. */
  complete?(argument: string, begun: string): Promise<string[]>
}

export type Server = {
  name: ServerName
  title: string
  instructions: string
  tools: readonly Tool[]
  resources?: readonly Resource[]
  prompts?: readonly Prompt[]
  /** Tells the listener, as long as the process lives, the address of each resource that has changed. */
  listen?(listener: (uri: string) => void): void
  close?(): void
}

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

export function definePrompt<Input extends z.ZodObject>(prompt: Prompt<Input>): Prompt {
  return prompt as Prompt
}

const MOST_TOOLS = 25 // what clients show without hiding some; see CONTRIBUTING

/** Throws when a name is no snake_case, stands twice, or there are too many tools. */
export function defineServer(server: Server): Server {
  const names = new Set<string>()
  for (const { name } of server.tools) {
    if (!/^[a-z]+(_[a-z0-9]+)*$/.test(name)) throw new Error(`[${server.name}] tool name ${name}: expected snake_case`)
    if (names.has(name)) throw new Error(`[${server.name}] tool ${name} is defined twice`)
    names.add(name)
  }
  if (server.tools.length > MOST_TOOLS) throw new Error(`[${server.name}] has more than ${MOST_TOOLS} tools`)
  return server
}

export function writes(tool: Tool): tool is WriteTool {
  return 'write' in tool
}
