// A tool as `tools/list` shows it. Clients put every schema before a model, so they are kept short: the answers are
// checked against the whole schema, not against this one.
import type { Tool as ListedTool } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Tool } from './define.ts'
import { inputOf } from './gate.ts'
import { BRIEF } from './wire.ts'

export function describe(tool: Tool): ListedTool {
  const { readOnly, destructive, idempotent, openWorld } = tool.hints
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(inputOf(tool), 'input'),
    outputSchema: jsonSchema(tool.output, 'output'),
    annotations: {
      title: tool.title,
      readOnlyHint: readOnly,
      destructiveHint: destructive,
      idempotentHint: idempotent,
      openWorldHint: openWorld,
    },
  }
}

function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): ListedTool['inputSchema'] {
  const { $defs = {}, $schema: _dialect, ...root } = z.toJSONSchema(schema, { io, override: each => shorten(each, io) })
  const used = reachable(root, $defs)
  return {
    ...root,
    type: 'object',
    ...(used.size > 0 && { $defs: Object.fromEntries(Object.entries($defs).filter(([name]) => used.has(name))) }),
  } as ListedTool['inputSchema']
}

type Override = { zodSchema: z.core.$ZodType; jsonSchema: z.core.JSONSchema.BaseSchema }

/**
 * What BRIEF names is told in words; a time's format says what its pattern repeats in 200 characters; a tuple's length is
 * told by its bounds, as some clients take no bare `false` for a schema. An answer may gain fields, an argument may not.
 * The dialect is left out: MCP's own is meant.
 */
function shorten({ zodSchema, jsonSchema: json }: Override, io: 'input' | 'output'): void {
  if (io === 'output' && json.additionalProperties === false) delete json.additionalProperties
  if (json.format === 'date-time') delete json.pattern
  if (json.items === false) delete json.items
  const brief = BRIEF.get(zodSchema)
  if (!brief) return
  const properties = Object.fromEntries(brief.fields.map(field => [field, propertyOf(json, field)]))
  for (const key of Object.keys(json)) delete json[key]
  Object.assign(json, { type: 'object', description: brief.description, properties, required: brief.fields })
}

/** Of a union: what its members say of it, each once. */
function propertyOf({ properties, oneOf = [] }: z.core.JSONSchema.BaseSchema, field: string): object {
  const told = [properties, ...oneOf.map(member => member.properties)].flatMap(some => some?.[field] ?? [])
  const [first = {}, ...others] = [...new Set(told.map(one => JSON.stringify(one)))].map(
    text => JSON.parse(text) as object,
  )
  return others.length === 0 ? first : { anyOf: [first, ...others] }
}

/** Names of the definitions that `root` still needs after the shortening. */
function reachable(root: object, definitions: Record<string, object>): Set<string> {
  const used = new Set<string>()
  const queue: object[] = [root]
  for (const schema of queue) {
    for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"]{1,100})"/g)) {
      const definition = definitions[name]
      if (!definition || used.has(name)) continue
      used.add(name)
      queue.push(definition)
    }
  }
  return used
}
