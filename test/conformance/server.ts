// A server made with our own define.ts that offers what the conformance suite of MCP calls by name.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { definePrompt, defineReadTool, defineServer } from '#mcp-servers/define.ts'
import type { ReadTool, Resource, Server, ToolContext } from '#mcp-servers/define.ts'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
const SILENCE = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA='

const image = { type: 'image', data: PIXEL, mimeType: 'image/png' } as const
const audio = { type: 'audio', data: SILENCE, mimeType: 'audio/wav' } as const

function embedded(uri: string, text: string) {
  return { type: 'resource', resource: { uri, mimeType: 'text/plain', text } } as const
}

type Behaviour = Pick<ReadTool, 'attach'> & {
  run?: (input: object, context: ToolContext) => Promise<Record<string, never>>
}

function tool(name: string, behaviour: Behaviour = {}): ReadTool {
  return defineReadTool({
    name,
    title: name,
    description: `As the suite describes ${name}.`,
    input: z.object({}),
    output: z.object({}),
    text: () => 'This is a simple text response for testing.',
    run: async () => ({}),
    ...behaviour,
  })
}

const resources: Resource[] = [
  {
    name: 'static-text',
    title: 'Text',
    description: 'Text.',
    mimeType: 'text/plain',
    uri: 'test://static-text',
    read: async () => 'This is the content of the static text resource.',
  },
  {
    name: 'static-binary',
    title: 'Picture',
    description: 'Bytes.',
    mimeType: 'image/png',
    uri: 'test://static-binary',
    read: async () => Buffer.from(PIXEL, 'base64'),
  },
  {
    name: 'template',
    title: 'Template',
    description: 'By id.',
    mimeType: 'application/json',
    uri: 'test://template/{id}/data',
    read: async ({ id = '' }) => JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
  },
]

export function conformanceServer(): Server {
  return defineServer({
    name: 'orchestrator',
    title: 'Conformance',
    instructions: 'What the suite calls.',
    tools: [
      tool('test_simple_text'),
      tool('test_image_content', { attach: () => [image] }),
      tool('test_audio_content', { attach: () => [audio] }),
      tool('test_embedded_resource', { attach: () => [embedded('test://embedded-resource', 'Embedded.')] }),
      tool('test_multiple_content_types', { attach: () => [image, embedded('test://mixed-content-resource', '{}')] }),
      tool('test_error_handling', {
        run: () => Promise.reject(new Fault('validation', 'This tool intentionally returns an error for testing')),
      }),
      tool('test_tool_with_progress', {
        async run(_input, { progress }) {
          for (const done of [0, 50, 100]) progress(done, 100, 'working')
          return {}
        },
      }),
    ],
    resources,
    prompts: [
      definePrompt({
        name: 'test_simple_prompt',
        title: 'Simple',
        description: 'Says one thing.',
        input: z.object({}),
        messages: async () => [
          { role: 'user', content: { type: 'text', text: 'This is a simple prompt for testing.' } },
        ],
      }),
      definePrompt({
        name: 'test_prompt_with_arguments',
        title: 'Arguments',
        description: 'Repeats its arguments.',
        input: z.object({ arg1: z.string(), arg2: z.string() }),
        messages: async ({ arg1, arg2 }) => [
          {
            role: 'user',
            content: { type: 'text', text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` },
          },
        ],
      }),
      definePrompt({
        name: 'test_prompt_with_embedded_resource',
        title: 'Resource',
        description: 'With a resource.',
        input: z.object({ resourceUri: z.string() }),
        messages: async ({ resourceUri }) => [
          { role: 'user', content: embedded(resourceUri, 'Embedded resource content for testing.') },
          { role: 'user', content: { type: 'text', text: 'Please process the embedded resource above.' } },
        ],
      }),
      definePrompt({
        name: 'test_prompt_with_image',
        title: 'Picture',
        description: 'With a picture.',
        input: z.object({}),
        messages: async () => [
          { role: 'user', content: image },
          { role: 'user', content: { type: 'text', text: 'Please analyze the image above.' } },
        ],
      }),
    ],
  })
}
