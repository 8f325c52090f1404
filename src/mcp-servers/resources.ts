// The resources of a server in the words of MCP: listed, found by address, read. What changes them tells is host.ts's to send.
import { ResourceNotFoundError, UriTemplate } from '@modelcontextprotocol/server'
import type { ListResourcesResult, ListResourceTemplatesResult, ReadResourceResult } from '@modelcontextprotocol/server'
import { Fault } from '#incident/fault.ts'
import type { Resource, ToolContext } from './define.ts'

export async function listResources(
  resources: readonly Resource[],
  context: ToolContext,
): Promise<ListResourcesResult['resources']> {
  const lists = await Promise.all(
    resources.map(async ({ name, title, description, mimeType, uri, list }) => {
      if (!UriTemplate.isTemplate(uri)) return [{ uri, name, title, description, mimeType }]
      const found = (await list?.(context)) ?? []
      return found.map(one => ({ uri: one.uri, name: one.uri, title: one.title, mimeType }))
    }),
  )
  return lists.flat()
}

export function listTemplates(resources: readonly Resource[]): ListResourceTemplatesResult['resourceTemplates'] {
  return resources.flatMap(({ name, title, description, mimeType, uri }) =>
    UriTemplate.isTemplate(uri) ? [{ uriTemplate: uri, name, title, description, mimeType }] : [],
  )
}

/** Throws ResourceNotFoundError for an address nothing answers to; other Faults as they are. */
export async function readResource(
  resources: readonly Resource[],
  uri: string,
  context: ToolContext,
): Promise<ReadResourceResult> {
  for (const resource of resources) {
    const variables = variablesOf(resource.uri, uri)
    if (!variables) continue
    const { mimeType } = resource
    const content = await resource.read(variables, context).catch((error: unknown) => {
      throw error instanceof Fault && error.code === 'not_found' ? new ResourceNotFoundError(uri, error.message) : error
    })
    const said = typeof content === 'string' ? { text: content } : { blob: Buffer.from(content).toString('base64') }
    return { contents: [{ uri, mimeType, ...said }] }
  }
  throw new ResourceNotFoundError(uri)
}

const LONGEST_URI = 2000

/** variablesOf('signal://{source}/{id}', 'signal://sentry/a%2Fb') -> { source: 'sentry', id: 'a/b' } */
function variablesOf(template: string, uri: string): Record<string, string> | undefined {
  if (uri.length > LONGEST_URI) return undefined
  const matched = new UriTemplate(template).match(uri)
  if (!matched) return undefined
  try {
    return Object.fromEntries(Object.entries(matched).map(([name, value]) => [name, decodeURIComponent(String(value))]))
  } catch {
    return undefined // not percent-encoded as addresses are
  }
}
