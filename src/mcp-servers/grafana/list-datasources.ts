// The tool list_datasources: what can be asked through this Grafana, and how.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import type { Grafana } from './client.ts'
import { pageInput, pageOf, pageOutput, pageText } from '../list-page.ts'
import { ASKED_BY, askedBy } from './query-model.ts'

export function listDatasources(grafana: Grafana, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'list_datasources',
    title: 'Data sources',
    description: 'Data sources of this Grafana, and how execute_query asks each: by a text, by a model, or not at all.',
    input: z.object({ type: z.string().max(100).optional().describe('such as prometheus'), ...pageInput(50, 200) }),
    output: z.object({
      items: z.array(
        z.object({
          uid: z.string(),
          name: z.string(),
          type: z.string(),
          isDefault: z.boolean(),
          askedBy: z.enum(ASKED_BY),
        }),
      ),
      ...pageOutput,
    }),
    text: ({ items, ...page }) =>
      pageText(
        items.map(({ uid, name, type, isDefault, askedBy: by }) =>
          [uid, type, name, isDefault && '(default)', by === 'none' && '(not asked)'].filter(Boolean).join('  '),
        ),
        page,
      ),
    async run({ type, ...page }, { signal }) {
      const value = await resilience.run('list data sources', each => grafana.dataSources(each), { signal })
      const wanted = value.filter(source => type === undefined || source.type === type)
      const sources = wanted.map(({ uid, name, type: kind, isDefault }) => ({
        uid: safe(uid),
        name: safe(name),
        type: safe(kind),
        isDefault,
        askedBy: askedBy(kind),
      }))
      const empty = type === undefined ? 'None: the token may read none.' : 'None of this type. Leave type out.'
      return pageOf(sources, page, { empty, narrow: 'Narrow by type.' })
    },
  })
}
