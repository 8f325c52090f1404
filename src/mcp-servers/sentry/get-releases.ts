// The tool get_releases: what was shipped when, and how many new issues came with it.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { Ask } from './ask.ts'
import type { SentryClient } from './client.ts'
import { FRAME, linesOf, listed, listOf, only, page, placeOf, project } from './listed.ts'
import { brief, iso } from './said.ts'
import type { Release } from './schema.ts'

const MOST_PROJECTS = 20

export function getReleases(sentry: SentryClient, ask: Ask): ReadTool {
  return defineReadTool({
    name: 'get_releases',
    title: 'Releases',
    description: 'Releases, newest first, with the new issues each brought: for whether a deploy explains an error.',
    input: z.object({
      project,
      query: z
        .string()
        .min(1)
        .max(100)
        .regex(/^[^\p{Cc}]*$/u)
        .optional()
        .describe('part of the version'),
      ...page,
    }),
    output: listOf(
      z.object({
        version: z.string(),
        projects: z.array(z.string()),
        createdAt: z.iso.datetime(),
        releasedAt: z.iso.datetime().optional(),
        newIssues: z.number(),
        lastEvent: z.iso.datetime().optional(),
      }),
    ),
    async run({ project: slug, query, limit, cursor }, { signal }) {
      const asked = { ...only(slug), query, limit, cursor: placeOf(cursor).cursor }
      const found = await ask('list releases', each => sentry.releases(asked, each), signal, { project: slug })
      const empty = 'No release. Leave out query or project; or the applications do not name theirs.'
      return listed(found, view, { cursor, narrow: 'project or query', empty })
    },
    text: ({ items, ...more }) =>
      linesOf(
        [
          FRAME,
          ...items.map(
            ({ version, projects, createdAt, newIssues }) =>
              `${createdAt} ${version} of ${projects.join(', ')}: ${newIssues} new issues`,
          ),
        ],
        more,
      ),
  })
}

function view({ version, projects, dateCreated, dateReleased, newGroups, lastEvent }: Release) {
  return {
    version: brief(version, 200),
    projects: projects.slice(0, MOST_PROJECTS).map(({ slug }) => brief(slug, 100)),
    createdAt: iso(dateCreated),
    ...(dateReleased && { releasedAt: iso(dateReleased) }),
    newIssues: newGroups ?? 0,
    ...(lastEvent && { lastEvent: iso(lastEvent) }),
  }
}
