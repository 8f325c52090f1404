// The tool list_projects: what the other tools' `project` may name.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { Ask } from './ask.ts'
import type { SentryClient } from './client.ts'
import { linesOf, listed, listOf, page, placeOf } from './listed.ts'
import { brief } from './said.ts'
import type { Project, SentrySettings } from './schema.ts'

const MOST_ENVIRONMENTS = 20

export function listProjects(sentry: SentryClient, ask: Ask, { projects: watched }: SentrySettings): ReadTool {
  const isWatched = (slug: string) => watched.length === 0 || watched.includes(slug)
  return defineReadTool({
    name: 'list_projects',
    title: 'Projects',
    description: 'Projects the token may read, with their environments, and which of them are watched.',
    input: z.object({ query: z.string().min(1).max(100).optional().describe('part of a name'), ...page }),
    output: listOf(
      z.object({
        slug: z.string(),
        platform: z.string(),
        environments: z.array(z.string()),
        watched: z.boolean().describe('what the other tools read when no project is named'),
      }),
    ),
    async run({ query, limit, cursor }, { signal }) {
      const asked = { query, limit, cursor: placeOf(cursor).cursor }
      const found = await ask('list projects', each => sentry.projects(asked, each), signal)
      const view = ({ slug, platform, environments }: Project) => ({
        slug: brief(slug, 100),
        platform: brief(platform, 100),
        environments: environments.slice(0, MOST_ENVIRONMENTS).map(name => brief(name, 64)),
        watched: isWatched(slug),
      })
      const empty = 'No project. Leave out query; or the token sees none: it needs project:read.'
      return listed(found, view, { cursor, narrow: 'query', empty })
    },
    text: ({ items, ...more }) =>
      linesOf(
        items.map(({ slug, platform, environments, watched: isOne }) =>
          [slug, platform, environments.join(','), isOne ? '' : '(not watched)'].filter(Boolean).join(' '),
        ),
        more,
      ),
  })
}
