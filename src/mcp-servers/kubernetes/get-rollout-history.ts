// The tool get_rollout_history: what a workload ran before, and what each revision changed.
import { z } from 'zod'
import type { Millis } from '#incident/signal.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import { ageOf, stamp } from './age.ts'
import { notKubernetes } from './answer.ts'
import type { KubernetesClient } from './client.ts'
import { namespaceName, objectName } from './grammar.ts'
import { kindNamed, pathOfKind } from './kinds.ts'
import { isWhole } from './lists.ts'
import { isOwnedBy, rolloutsOf } from './rollouts.ts'
import { cutPage, pageInput, pageOutput, pageText } from './rows.ts'
import { controllerRevisionSchema, eventSchema, WORKLOAD_KINDS, workloadSchema } from './schema.ts'
import type { ControllerRevision, Workload } from './schema.ts'
import type { Template } from './pod-schema.ts'
import { templateChanges } from './template-changes.ts'

const revisionInfo = z.object({
  revision: z.number(),
  current: z.boolean(),
  at: z.string().optional(),
  ago: z.string().optional(),
  images: z.array(z.string()),
  changes: z.array(z.string()),
  cause: z.string().optional(),
  replicaSet: z.string().optional(),
  replicaSetUid: z.string().optional(),
})

BRIEF.add(revisionInfo, {
  description:
    'revision, current, at, ago, images, changes (against the one before), cause; ' +
    'of a Deployment replicaSet and replicaSetUid, as rollback_workload takes them',
  fields: [],
})

/** One template becoming the one that runs; `at` as far as that is known. */
type Revision = {
  revision: number
  at?: Millis
  template: Template
  before?: { template: Template }
  annotations: Record<string, string>
  replicaSet?: { name: string; uid: string }
}

/** Oldest first. `whole`: false where what it is made of could not be read to its end. */
type History = { revisions: Revision[]; whole: boolean }

export function getRolloutHistory(client: KubernetesClient, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_rollout_history',
    title: 'Revisions of a workload',
    description:
      'What a workload ran, newest first, and what each revision changed: images, env names, resources, ports.',
    input: z.object({
      kind: z.enum(WORKLOAD_KINDS).default('Deployment'),
      namespace: namespaceName.default('default'),
      name: objectName,
      ...pageInput,
    }),
    output: z.object({ revisions: z.array(revisionInfo), ...pageOutput }),
    async run({ kind, namespace, name, ...asked }, { signal, now }) {
      const path = pathOfKind(kindNamed(kind), namespace, name)
      const read = async (abort: AbortSignal): Promise<History> => {
        const parsed = workloadSchema.safeParse(await client.get(path, abort))
        if (!parsed.success) throw notKubernetes(path)
        const workload = { ...parsed.data, kind }
        return kind === 'Deployment'
          ? deploymentRevisions(client, workload, namespace, abort)
          : controllerRevisions(client, workload, namespace, abort)
      }
      const value = await resilience.run('read the rollout history', read, { signal })
      const { revisions, whole } = value
      const current = revisions.at(-1)
      const present = (revision: Revision) => infoOf(revision, revision === current, now())
      const { rows, page } = cutPage(revisions.toReversed(), present, asked, {
        narrow: whole
          ? 'Ask on with the cursor.'
          : 'Not all of its revisions and events could be read; some may be missing.',
        none: 'No revision of it is kept; see spec.revisionHistoryLimit.',
        whole,
      })
      return { revisions: rows, ...page }
    },
    text({ revisions, ...page }) {
      const lines = revisions.map(({ revision, current, ago, images, changes, cause, replicaSet }) =>
        [
          `${revision}${current ? ' (current)' : ''}`,
          ago ? `${ago} ago` : 'when is forgotten',
          images.join(', '),
          changes.join('; ') || 'no change of what is looked at here',
          cause && `cause: ${cause}`,
          replicaSet,
        ]
          .filter(Boolean)
          .join('  '),
      )
      return pageText(lines, page)
    },
  })
}

/** Oldest first, of its ReplicaSets; events tell when a rollback was. */
async function deploymentRevisions(
  client: KubernetesClient,
  deployment: Workload,
  namespace: string,
  signal: AbortSignal,
): Promise<History> {
  const within = (kind: string) => pathOfKind(kindNamed(kind), namespace)
  const about = `involvedObject.kind=Deployment,involvedObject.name=${deployment.metadata.name}`
  const [replicaSets, events] = await Promise.all([
    client.list({ path: within('ReplicaSet'), item: workloadSchema }, signal, labelsOf(deployment)),
    client.list({ path: within('Event'), item: eventSchema }, signal, { fieldSelector: about }),
  ])
  const revisions = rolloutsOf(deployment, replicaSets.items, events.items).map(
    ({ current, before, at, revision }) => ({
      revision,
      at,
      template: current.spec?.template,
      ...(before && { before: { template: before.spec?.template } }),
      annotations: current.metadata.annotations,
      replicaSet: { name: current.metadata.name, uid: current.metadata.uid },
    }),
  )
  return { revisions, whole: isWhole(replicaSets, events) }
}

/** Oldest first, of a StatefulSet or DaemonSet. One that a rollback took up again is older than the one before it. */
async function controllerRevisions(
  client: KubernetesClient,
  workload: Workload,
  namespace: string,
  signal: AbortSignal,
): Promise<History> {
  const path = pathOfKind(kindNamed('ControllerRevision'), namespace)
  const list = await client.list({ path, item: controllerRevisionSchema }, signal, labelsOf(workload))
  const own = list.items.filter(each => isOwnedBy(each, workload)).sort((a, b) => a.revision - b.revision)
  const revisions = own.map((current, index) => {
    const before = own[index - 1]
    const created = current.metadata.creationTimestamp
    const isTakenUpAgain = before !== undefined && (created ?? 0) < (before.metadata.creationTimestamp ?? 0)
    return {
      revision: current.revision,
      at: isTakenUpAgain ? undefined : created,
      template: templateOf(current),
      ...(before && { before: { template: templateOf(before) } }),
      annotations: current.metadata.annotations,
    }
  })
  return { revisions, whole: isWhole(list) }
}

function templateOf({ data }: ControllerRevision): Template {
  return data?.spec?.template
}

/** What its ReplicaSets and ControllerRevisions carry too. */
function labelsOf({ spec }: Workload): { labelSelector?: string } {
  const terms = Object.entries(spec?.selector?.matchLabels ?? {}).map(([label, value]) => `${label}=${value}`)
  return terms.length > 0 ? { labelSelector: terms.join(',') } : {}
}

function infoOf(
  { revision, at, template, before, annotations, replicaSet }: Revision,
  current: boolean,
  now: Millis,
): z.input<typeof revisionInfo> {
  const cause = annotations['kubernetes.io/change-cause']
  return {
    revision,
    current,
    ...(at !== undefined && { at: stamp(at), ago: ageOf(at, now) }),
    images: (template?.spec?.containers ?? []).flatMap(({ image }) => (image ? safe(image) : [])),
    changes: before ? templateChanges(before.template, template).map(safe) : ['the first one kept'],
    ...(cause && { cause: safe(cause).slice(0, CAUSE_CHARACTERS) }),
    ...(replicaSet && { replicaSet: replicaSet.name, replicaSetUid: replicaSet.uid }),
  }
}

const CAUSE_CHARACTERS = 200
