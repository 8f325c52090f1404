// The second half of a look: kinds that only explain a symptom, each listed where the first half shows one that it could
// explain. A quiet cluster is asked for none of them.
import type { Missing } from '#incident/signal.ts'
import type { Lists } from './lists.ts'
import { isReady } from './readiness.ts'
import { disruptionBudgetSchema, ingressSchema, jobSchema, networkPolicySchema } from './schema.ts'
import type { Explaining, Objects } from './view.ts'

type Seen = Omit<Objects, keyof Explaining>

/** `hasTime`: false where the first half took what there was; then what would have been listed is named in `missing`. */
export async function lookFurther(
  seen: Seen,
  lists: Lists,
  hasTime: boolean,
): Promise<{ objects: Explaining; missing: Missing[] }> {
  const wanted = {
    jobs: showsJobTrouble(seen),
    ingresses: showsIngressTrouble(seen),
    networkpolicies: showsSilence(seen),
    poddisruptionbudgets: showsDrain(seen),
  }
  const names = Object.entries(wanted).flatMap(([name, isWanted]) => (isWanted ? [name] : []))
  const late = hasTime
    ? []
    : names.map((what): Missing => ({ source: 'kubernetes', what, why: 'no time was left for it' }))
  const ask = async <T>(name: keyof typeof wanted, list: () => Promise<T[]>): Promise<T[]> =>
    hasTime && wanted[name] ? list() : []
  const [jobs, ingresses, networkPolicies, budgets] = await Promise.all([
    ask('jobs', () => lists.readOptional('jobs', { path: '/apis/batch/v1/jobs', item: jobSchema })),
    ask('ingresses', () =>
      lists.readOptional('ingresses', { path: '/apis/networking.k8s.io/v1/ingresses', item: ingressSchema }),
    ),
    ask('networkpolicies', () =>
      lists.readOptional('networkpolicies', {
        path: '/apis/networking.k8s.io/v1/networkpolicies',
        item: networkPolicySchema,
      }),
    ),
    ask('poddisruptionbudgets', () =>
      lists.readOptional('poddisruptionbudgets', {
        path: '/apis/policy/v1/poddisruptionbudgets',
        item: disruptionBudgetSchema,
      }),
    ),
  ])
  return { objects: { jobs, ingresses, networkPolicies, budgets }, missing: [...late, ...lists.unread()] }
}

function showsJobTrouble({ pods, events }: Seen): boolean {
  return (
    events.some(({ involvedObject: { kind } }) => kind === 'Job' || kind === 'CronJob') ||
    pods.some(pod => isOfJob(pod) && pod.status?.phase !== 'Succeeded' && !isReady(pod))
  )
}

function isOfJob({ metadata }: Seen['pods'][number]): boolean {
  return metadata.ownerReferences.some(({ kind }) => kind === 'Job')
}

const INGRESS_WORDS = /ingress|upstream|no (?:active )?endpoint|bad gateway|\b50[234]\b|tls|certificate|secret/i

function showsIngressTrouble({ events, logs }: Seen): boolean {
  return (
    events.some(({ involvedObject: { kind } }) => kind === 'Ingress') ||
    logs.some(({ text }) => INGRESS_WORDS.test(text))
  )
}

const SILENCE = /time[d -]{0,2}out|ETIMEDOUT|deadline exceeded|no route to host|EHOSTUNREACH|name resolution|EAI_AGAIN/i

/** A policy drops what it does not allow: nobody answers, and nobody refuses. */
function showsSilence({ logs, events }: Seen): boolean {
  return (
    logs.some(({ text }) => SILENCE.test(text)) ||
    events.some(({ reason, message = '' }) => reason === 'Unhealthy' && SILENCE.test(message))
  )
}

function showsDrain({ nodes, pods }: Seen): boolean {
  const cordoned = new Set(nodes.filter(({ spec }) => spec?.unschedulable).map(({ metadata }) => metadata.name))
  return cordoned.size > 0 && pods.some(({ spec }) => cordoned.has(spec?.nodeName ?? ''))
}
