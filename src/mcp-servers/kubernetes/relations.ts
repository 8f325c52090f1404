// Who owns, selects, runs on and calls whom, as the objects say it. Pure.
import type { Entity, Relation } from '#incident/signal.ts'
import { addressesOf } from './addresses.ts'
import { isExternal } from './complaints.ts'
import type { Verdict } from './checks/verdict.ts'
import { isDone } from './readiness.ts'
import type { Pod } from './pod-schema.ts'
import { keyOf, podReference, referenceOf } from './view.ts'
import type { Reference, View } from './view.ts'

/** Beyond this many pods their own relations would fill megabytes a look; those between workloads and services stay. */
const MOST_RELATED_PODS = 2000

/** `verdicts` add whom they concern: a full quota belongs to the workload it keeps small. */
export function relationsOf(view: View, verdicts: Verdict[]): Relation[] {
  const relation = (from: Entity, to: Entity, kind: Relation['kind'], origin: string, confidence = 1): Relation => ({
    from,
    to,
    kind,
    origin,
    confidence,
    at: view.at,
  })
  const pods = view.pods.length > MOST_RELATED_PODS ? [] : view.pods.filter(pod => !isDone(pod))
  const ofOwners = pods
    .filter(pod => view.ownerOf(pod).kind !== 'Pod')
    .map(pod =>
      relation(view.entityOf(view.ownerOf(pod)), view.entityOf(podReference(pod)), 'owns', 'owner references'),
    )
  const ofNodes = pods.flatMap(pod => {
    const name = pod.spec?.nodeName
    if (!name) return []
    const node = view.entityOf({ kind: 'Node', name })
    return relation(view.entityOf(podReference(pod)), node, 'runs-on', 'spec.nodeName')
  })
  const ofServices = view.services.flatMap(({ metadata, spec }) => {
    const owners = new Map(view.selected(metadata.namespace, spec?.selector ?? {}).map(pod => ownerEntry(pod, view)))
    const self = view.entityOf({ kind: 'Service', namespace: metadata.namespace, name: metadata.name })
    return [...owners.values()].map(owner => relation(self, view.entityOf(owner), 'selects', 'selector'))
  })
  const ofAddresses = view.workloads.flatMap(workload =>
    addressesOf(workload, view)
      .filter(({ service }) => service !== undefined)
      .map(({ where, namespace, name }) =>
        relation(
          view.entityOf(referenceOf(workload)),
          view.entityOf({ kind: 'Service', namespace, name }),
          'calls',
          where,
          ADDRESS_CONFIDENCE,
        ),
      ),
  )
  const ofVerdicts = verdicts.flatMap(({ object, healthOf, fault }) =>
    healthOf && object.kind !== 'External'
      ? [relation(view.entityOf(object), view.entityOf(healthOf), 'owns', fault)]
      : [],
  )
  return [...ofVerdicts, ...ofOwners, ...ofNodes, ...ofServices, ...ofAddresses, ...ofComplaints()]

  /** Whom a workload asks in vain, it calls: cluster addresses only this room can read as services. */
  function ofComplaints(): Relation[] {
    const said = new Map<string, Relation>()
    for (const complaint of view.complaints()) {
      const { by, service, host } = complaint
      if (!service && !isExternal(complaint)) continue
      const to: Reference = service
        ? { kind: 'Service', namespace: service.metadata.namespace, name: service.metadata.name }
        : { kind: 'External', name: host }
      const key = `${keyOf(by)} ${keyOf(to)}`
      if (!said.has(key))
        said.set(key, relation(view.entityOf(by), view.entityOf(to), 'calls', 'its log', COMPLAINT_CONFIDENCE))
    }
    return [...said.values()]
  }
}

const COMPLAINT_CONFIDENCE = 0.8 // it names it in trouble; some name their own callers
const ADDRESS_CONFIDENCE = 0.6 // it has the address; whether it calls it, nobody said

function ownerEntry(pod: Pod, view: View): [string, Reference] {
  const owner = view.ownerOf(pod)
  return [keyOf(owner), owner]
}
