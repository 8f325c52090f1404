// The tool list_namespaces: where there is anything at all to ask about.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { ageOf } from './age.ts'
import type { KubernetesClient } from './client.ts'
import { labelSelector } from './grammar.ts'
import { cutPage, pageInput, pageOutput, pageText } from './rows.ts'
import { namespaceSchema } from './schema.ts'

export function listNamespaces(client: KubernetesClient, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'list_namespaces',
    title: 'Namespaces',
    description: 'The namespaces of the cluster. Use it to learn what other tools take as namespace.',
    input: z.object({ labels: labelSelector.optional(), ...pageInput }),
    output: z.object({
      namespaces: z.array(z.object({ name: z.string(), status: z.string(), age: z.string() })),
      ...pageOutput,
    }),
    async run({ labels, ...asked }, { signal, now }) {
      const value = await resilience.run(
        'list namespaces',
        abort => client.list({ path: '/api/v1/namespaces', item: namespaceSchema }, abort, { labelSelector: labels }),
        { signal },
      )
      const present = ({ metadata, status }: (typeof value.items)[number]) => ({
        name: safe(metadata.name),
        status: safe(status?.phase ?? 'Unknown'),
        age: ageOf(metadata.creationTimestamp ?? now(), now()),
      })
      const { rows, page } = cutPage(value.items, present, asked, {
        narrow: 'Narrow by labels.',
        none: 'No such namespaces. Try without labels.',
        whole: !value.truncated,
      })
      return { namespaces: rows, ...page }
    },
    text({ namespaces, ...page }) {
      return pageText(
        namespaces.map(({ name, status, age }) => `${name}  ${status}  ${age}`),
        page,
      )
    },
  })
}
