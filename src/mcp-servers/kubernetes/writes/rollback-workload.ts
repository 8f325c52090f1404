// rollback_workload: the template of a former ReplicaSet, named by name and uid, because revision numbers move.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { namespaceName, objectName, uid } from '../grammar.ts'
import { byRevision, rollbackCall } from '../rollouts.ts'
import { imageStep, templateChanges } from '../template-changes.ts'
import { wantedReplicas } from '../readiness.ts'
import type { Action, Change } from './action.ts'
import { mapAt } from './patch.ts'
import { lookAtFormer } from './former-revision.ts'
import type { JsonMap } from './patch.ts'
import { gradual } from './prerequisites.ts'
import { isRollingOut } from './refusals.ts'

const input = z.object({
  namespace: namespaceName,
  kind: z.literal('Deployment'),
  name: objectName,
  replicaSet: objectName.describe('the former ReplicaSet whose template is wanted again'),
  replicaSetUid: uid,
})

export const rollbackWorkload: Action<typeof input> = {
  name: 'rollback_workload',
  title: 'Roll back a Deployment',
  description:
    'Gives a Deployment the pod template of one of its former ReplicaSets; pods are replaced a few at a time.',
  input,
  target: ({ namespace, kind, name }) => ({ namespace, kind, name }),
  async change(
    { namespace, replicaSet, replicaSetUid },
    { workload, replicaSets, target },
    _at,
    { client, resilience },
    signal,
  ) {
    const known = byRevision(workload, replicaSets)
    const former = known.find(({ metadata }) => metadata.name === replicaSet && metadata.uid === replicaSetUid)
    const current = known.at(-1)
    if (!former || !current) return impossible(`${target.name} has no ReplicaSet ${replicaSet} of that uid any more.`)
    if (former === current) return impossible(`${target.name} already runs ${replicaSet}.`)

    const path = `/apis/apps/v1/namespaces/${namespace}/replicasets/${replicaSet}`
    const value = await resilience.run('get ReplicaSet', abort => client.get(path, abort), { signal })
    if (mapAt(value, ['metadata'])?.['uid'] !== replicaSetUid)
      throw new Fault('conflict', `ReplicaSet ${replicaSet} was replaced while it was read. Ask for the remedy again.`)
    const template = mapAt(value, ['spec', 'template'])
    if (!template) return impossible(`ReplicaSet ${replicaSet} has no template.`)

    // A rollout under way is taken back only by going to what it replaced; anything else would be a third version.
    const takesItBack = former === known.at(-2)
    const image = imageStep(current.spec?.template, former.spec?.template)
    return {
      refusals:
        isRollingOut(workload) && !takesItBack
          ? [`A rollout of ${target.name} is under way: only ${known.at(-2)?.metadata.name} would take it back.`]
          : [],
      settings: [{ path: ['spec', 'template'], value: withoutHash(template) }],
      diff: [
        `replica set: ${current.metadata.name} -> ${replicaSet}`,
        ...templateChanges(current.spec?.template, former.spec?.template),
      ],
      pods: wantedReplicas(workload),
      inverse: rollbackCall(workload, current),
      done: `rolled back to ${image?.to ?? replicaSet}`,
    }
  },
  async prerequisites(wanted, facts, at, reader, signal) {
    const { checked, former } = await lookAtFormer(facts, wanted, at, reader, signal)
    return { checked: [...checked, gradual(facts)], ...(former && { former }) }
  },
}

/** The controller adds its hash to the pods; left in, it would stay in the Deployment's template for ever. */
function withoutHash(template: JsonMap): JsonMap {
  const metadata = mapAt(template, ['metadata']) ?? {}
  const { 'pod-template-hash': _hash, ...labels } = mapAt(template, ['metadata', 'labels']) ?? {}
  return { ...template, metadata: { ...metadata, labels } }
}

function impossible(why: string): Change {
  return { refusals: [why], settings: [], diff: [], pods: 0, done: '' }
}
