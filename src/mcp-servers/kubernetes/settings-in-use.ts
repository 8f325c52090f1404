// The config maps that workloads in trouble take their settings from: when each was last changed, never what is in it. Read one by one,
// as a list of all of a cluster may be megabytes. One that may not be read is left out and not missed.
import { ownerOf } from '../entity.ts'
import type { KubernetesClient } from './client.ts'
import { compile } from './compile.ts'
import { kindNamed, pathOfKind } from './kinds.ts'
import { isDone, isReady } from './readiness.ts'
import { configMapSchema } from './schema.ts'
import type { ConfigMap, Workload } from './schema.ts'
import { named } from './view.ts'
import type { Explaining, Objects } from './view.ts'

type Seen = Omit<Objects, keyof Explaining>

const MOST = 20 // a request each; who is in trouble mostly has one or two
const read = compile(configMapSchema)

/** Never throws. */
export async function settingsInUse(
  client: Pick<KubernetesClient, 'get'>,
  seen: Seen,
  signal: AbortSignal,
): Promise<ConfigMap[]> {
  const paths = inTrouble(seen).flatMap(workload => settingsOf(workload).map(name => pathOf(workload, name)))
  const wanted = [...new Set(paths)].slice(0, MOST)
  const answers = await Promise.all(wanted.map(path => client.get(path, signal).catch(() => undefined)))
  return answers.flatMap(answer => read(answer) ?? [])
}

/** It becomes part of a path. */
const NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/

/** Names of config maps, as its environment and its volumes have them. */
export function settingsOf({ spec }: Workload): string[] {
  const { containers = [], initContainers = [], volumes = [] } = spec?.template?.spec ?? {}
  const names = [
    ...[...containers, ...initContainers].flatMap(({ env, envFrom }) => [
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ]),
    ...volumes.map(({ configMap }) => configMap?.name),
  ]
  return [...new Set(names)].flatMap(name => (name !== undefined && NAME.test(name) ? [name] : []))
}

/** With pods that are not ready, or whose log speaks of errors. */
function inTrouble({ pods, logs, workloads }: Seen): Workload[] {
  const ill = [
    ...pods.filter(pod => !isReady(pod) && !isDone(pod)),
    ...logs.filter(({ weight }) => weight === 'error').map(({ pod }) => pod),
  ]
  const owners = new Set(ill.map(({ metadata }) => named({ ...metadata, name: ownerOf(metadata.name) })))
  return workloads.filter(({ metadata }) => owners.has(named(metadata)))
}

function pathOf({ metadata: { namespace } }: Workload, name: string): string {
  return pathOfKind(kindNamed('ConfigMap'), namespace, name)
}
