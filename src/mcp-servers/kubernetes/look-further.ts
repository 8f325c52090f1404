// The second half of a look: kinds that only explain a symptom, each listed where the first half shows one that it could
// explain. A quiet cluster is asked for none of them.
import type { Missing } from '#incident/signal.ts'
import type { RoomDeps } from '../resilience.ts'
import type { KubernetesClient } from './client.ts'
import { troubleIn } from './complaints.ts'
import { listCustom } from './custom-resources.ts'
import { isClosed } from './closed-node.ts'
import type { Lists } from './lists.ts'
import { isDone, isReady } from './readiness.ts'
import { settingsInUse } from './settings-in-use.ts'
import {
  apiServiceSchema,
  disruptionBudgetSchema,
  ingressClassSchema,
  jobSchema,
  networkPolicySchema,
  webhookConfigurationSchema,
} from './schema.ts'
import type { WebhookConfiguration } from './schema.ts'
import type { Explaining, Objects } from './view.ts'

type Seen = Omit<Objects, keyof Explaining>

/** `hasTime`: false where the first half took what there was; then what would have been listed is named in `missing`. */
export async function lookFurther(
  seen: Seen,
  lists: Lists,
  hasTime: boolean,
  more: { client: Pick<KubernetesClient, 'get' | 'page'>; deps: Pick<RoomDeps, 'clock'>; signal: AbortSignal },
): Promise<{ objects: Explaining; missing: Missing[] }> {
  const wanted = {
    jobs: hasJobs(seen),
    networkpolicies: showsSilence(seen),
    poddisruptionbudgets: showsDrain(seen),
  }
  const silently = {
    webhooks: says(seen, /webhook/),
    apiServices:
      says(seen, /unable to handle the request|APIService|metrics API|discovery/i) || hasStuckNamespace(seen),
    ingressClasses: seen.ingresses.some(({ spec }) => spec?.ingressClassName !== undefined),
    customs: showsTrouble(seen),
    configMaps: showsTrouble(seen),
  }
  const names = Object.entries(wanted).flatMap(([name, isWanted]) => (isWanted ? [name] : []))
  const late = hasTime
    ? []
    : names.map((what): Missing => ({ source: 'kubernetes', what, why: 'no time was left for it' }))
  const ask = async <T>(name: keyof typeof wanted, list: () => Promise<T[]>): Promise<T[]> =>
    hasTime && wanted[name] ? list() : []
  const askSilently = async <T>(name: keyof typeof silently, list: () => Promise<T[]>): Promise<T[]> =>
    hasTime && silently[name] ? list() : []
  const [jobs, networkPolicies, budgets, webhooks, apiServices, ingressClasses, customs, configMaps] =
    await Promise.all([
      ask('jobs', () => lists.readOptional('jobs', { path: '/apis/batch/v1/jobs', item: jobSchema })),
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
      askSilently('webhooks', () => webhooksIn(lists)),
      askSilently('apiServices', () =>
        lists.readIfAllowed('apiservices', {
          path: '/apis/apiregistration.k8s.io/v1/apiservices',
          item: apiServiceSchema,
        }),
      ),
      askSilently('ingressClasses', () =>
        lists.readIfAllowed('ingressclasses', {
          path: '/apis/networking.k8s.io/v1/ingressclasses',
          item: ingressClassSchema,
        }),
      ),
      askSilently('customs', () => listCustom(more, seen, more.signal)),
      askSilently('configMaps', () => settingsInUse(more.client, seen, more.signal)),
    ])
  const objects = { jobs, networkPolicies, budgets, webhooks, apiServices, ingressClasses, customs, configMaps }
  return { objects, missing: [...late, ...lists.unread()] }
}

const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1'

async function webhooksIn(lists: Lists): Promise<WebhookConfiguration[]> {
  const item = webhookConfigurationSchema
  const read = (plural: string) => lists.readIfAllowed(plural, { path: `${WEBHOOKS}/${plural}`, item })
  const [validating, mutating] = await Promise.all([
    read('validatingwebhookconfigurations'),
    read('mutatingwebhookconfigurations'),
  ])
  return [
    ...validating.map(each => ({ ...each, kind: 'ValidatingWebhookConfiguration' as const })),
    ...mutating.map(each => ({ ...each, kind: 'MutatingWebhookConfiguration' as const })),
  ]
}

/** In an event or a log. */
function says({ events, logs }: Seen, pattern: RegExp): boolean {
  return events.some(({ message = '' }) => pattern.test(message)) || logs.some(({ text }) => pattern.test(text))
}

/** A log that speaks of errors, a warning, a pod that is not ready. */
function showsTrouble({ pods, events, logs }: Seen): boolean {
  return (
    logs.some(({ weight, text }) => weight === 'error' || troubleIn(text) !== 'other') ||
    events.some(({ type }) => type === 'Warning') ||
    pods.some(pod => !isReady(pod) && !isDone(pod))
  )
}

function hasStuckNamespace({ namespaces }: Seen): boolean {
  return namespaces.some(({ metadata }) => metadata.deletionTimestamp !== undefined)
}

/** A job that failed hours ago leaves neither an event nor, with restartPolicy OnFailure, a pod: where there are jobs, they are read. */
function hasJobs({ pods, events }: Seen): boolean {
  return events.some(({ involvedObject: { kind } }) => kind === 'Job' || kind === 'CronJob') || pods.some(isOfJob)
}

function isOfJob({ metadata }: Seen['pods'][number]): boolean {
  return metadata.ownerReferences.some(({ kind }) => kind === 'Job')
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
  const closed = new Set(nodes.filter(isClosed).map(({ metadata }) => metadata.name))
  return closed.size > 0 && pods.some(({ spec }) => closed.has(spec?.nodeName ?? ''))
}
