// Does a named entity mean the faulty object?
import type { Target } from './labels.ts'

type Named = {
  namespace?: string | undefined
  kind?: string | undefined
  name?: string | undefined
  service?: string | undefined
}

export type Level = 'object' | 'service'

/** The letters Kubernetes generates names from: no word is cut by mistake. */
const POD = /-[bcdfghjklmnpqrstvwxz2456789]{5}$/
const HASH = /-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/
const ORDINAL = /-\d+$/

export function means(entity: Named, target: Target, level: Level = 'object'): boolean {
  const [namespace, kind] = [lower(entity.namespace), lower(entity.kind)]
  const [name, service] = [lower(entity.name), lower(entity.service)]
  const wanted = target.name.toLowerCase()
  const own = (service !== '' && service === wanted) || (name !== '' && workloads(name).has(wanted))
  switch (target.kind) {
    case 'app':
      if (level === 'service') return own
      return own && kind !== 'node' && kind !== 'namespace' && ['', lower(target.namespace)].includes(namespace)
    case 'namespace':
      if (kind === 'namespace' && name === wanted) return true
      return (kind === 'resourcequota' || kind === 'limitrange') && namespace === wanted
    case 'node':
      return (name === wanted && (kind === 'node' || kind === '')) || service === wanted
    case 'instance': {
      if (level === 'object') return wanted === name || wanted === service
      const of = lower(target.service)
      return own || service === of || workloads(name).has(of)
    }
    default:
      return own || (name !== '' && kind !== '' && `${name}_${kind}` === wanted)
  }
}

/** What a pod or replica set name may belong to: the name itself and the name less its generated endings. */
export function workloads(name: string): Set<string> {
  const noPod = name.replace(POD, '')
  return new Set([name, noPod, noPod.replace(HASH, ''), name.replace(HASH, ''), name.replace(ORDINAL, '')])
}

function lower(text: string | undefined): string {
  return (text ?? '').toLowerCase()
}
