// Releases of the account, newest first.
import type { Cloud } from '../cloud.ts'
import type { Account } from './account.ts'
import { releaseAnswer } from './answers.ts'
import { projectsOf, type Asked } from './asked.ts'

/** One for each version, with the projects it was created in; `query` is a part of the version. */
export function listReleases(cloud: Cloud, account: Account, asked: Asked): object[] {
  const slugs = projectsOf(asked, account)
  const wanted = (asked.parameters.get('query') ?? '').toLowerCase()
  const byVersion = Map.groupBy(cloud.records('sentry/releases', -Infinity, asked.now), release => release.version)
  const found = [...byVersion.values()]
    .map((releases, i) => ({ id: i + 1, releases: releases.filter(release => slugs.includes(release.project)) }))
    .filter(({ releases }) => releases[0]?.version.toLowerCase().includes(wanted) ?? false)
    .reverse()
  const issues = account.issues()
  return asked.page(found).map(({ id, releases }) => releaseAnswer(releases, issues, account.projects, id))
}
