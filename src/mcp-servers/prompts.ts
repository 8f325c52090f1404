// The prompts of a server in the words of MCP: listed with their arguments, and written out for one choice of them.
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type {
  CompleteRequest,
  CompleteResult,
  GetPromptResult,
  Prompt as ListedPrompt,
} from '@modelcontextprotocol/server'
import { parseArguments, unknownName } from './arguments.ts'
import type { Prompt, ToolContext } from './define.ts'

export function listPrompts(prompts: readonly Prompt[]): ListedPrompt[] {
  return prompts.map(({ name, title, description, input }) => ({
    name,
    title,
    description,
    arguments: Object.entries(input.shape).map(([argument, schema]) => ({
      name: argument,
      required: !schema.safeParse(undefined).success,
      ...(schema.description !== undefined && { description: schema.description }),
    })),
  }))
}

/** Throws a ProtocolError for an unknown name, and a Fault `validation` for arguments that do not fit. */
export async function getPrompt(
  prompts: readonly Prompt[],
  { name, arguments: given = {} }: { name: string; arguments?: Record<string, string> | undefined },
  context: ToolContext,
): Promise<GetPromptResult> {
  const prompt = prompts.find(candidate => candidate.name === name)
  if (!prompt) {
    const known = prompts.map(each => each.name)
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, unknownName('prompt', name, known))
  }
  const input = parseArguments(prompt.input.strict(), given)
  return { description: prompt.description, messages: await prompt.messages(input, context) }
}

const MOST_COMPLETIONS = 100 // as MCP has it

/** Nothing for what is no prompt, or has no arguments to choose from. */
export async function complete(
  prompts: readonly Prompt[],
  { ref, argument }: CompleteRequest['params'],
): Promise<CompleteResult> {
  const prompt = ref.type === 'ref/prompt' ? prompts.find(({ name }) => name === ref.name) : undefined
  const values = (await prompt?.complete?.(argument.name, argument.value)) ?? []
  const hasMore = values.length > MOST_COMPLETIONS
  return { completion: { values: values.slice(0, MOST_COMPLETIONS), total: values.length, hasMore } }
}
