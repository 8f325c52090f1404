// The simulated cloud as a running thing: a listener per vendor on 127.0.0.1 and one for journal and faults (control.ts),
// all over one Cloud.
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openCloud, type Cloud } from './cloud.ts'
import { cloudwatchApi, region } from './cloudwatch/api.ts'
import { controlApi } from './control.ts'
import { openFaults, type Faults } from './faults.ts'
import { grafanaApi } from './grafana/api.ts'
import { openJournal, type Journal } from './journal.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { kubernetesApi } from './kubernetes/api.ts'
import { listen, type Handler, type Listener } from './listen.ts'
import type { Millis } from './recording.ts'
import { organization, sentryApi } from './sentry/api.ts'
import type { Story } from './story.ts'
import type { Vendor, VendorApi } from './vendor-api.ts'

export type Simulator = {
  endpoints: {
    kubeconfig: string // path of a file
    kubernetesUrl: string
    sentryUrl: string
    awsEndpointUrl: string
    grafanaUrl: string
    journalUrl: string
  }
  /** The variables that point any client at it: kubectl, aws, ours. */
  env: Record<string, string>
  journal: Journal
  cloud: Cloud
  faults: Faults
  close(): Promise<void>
}

/** Known to everyone and good for nothing else; a client that sends others is refused in the vendor's words. */
const token = 'simulated-token'
const aws = { accessKeyId: 'SIMULATEDACCESSKEYID', secretAccessKey: 'simulated-secret' }

/**
 * `port`: the first of five in a row (kubernetes, sentry, cloudwatch, grafana, control), an error if one is in use;
 * absent: any free ones. `kubeconfigFolder`: where the kubeconfig is written; absent: a new temporary folder, removed at the end.
 */
export async function startSimulator(options: {
  story: Story
  clock: () => Millis
  port?: number
  kubeconfigFolder?: string
}): Promise<Simulator> {
  const cloud = openCloud(options.story, options.clock)
  const journal = openJournal()
  const faults = openFaults()
  const apis: [Vendor, VendorApi][] = [
    ['kubernetes', kubernetesApi(cloud, { token })],
    ['sentry', sentryApi(cloud, { token })],
    ['cloudwatch', cloudwatchApi(cloud, { accessKeyId: aws.accessKeyId })],
    ['grafana', grafanaApi(cloud, { token })],
  ]
  const handlers = [...apis.map(([vendor, api]) => journaled(vendor, api)), controlApi(journal, faults)]
  const listeners: Listener[] = []
  try {
    for (const [i, handler] of handlers.entries())
      listeners.push(await listen(handler, options.port === undefined ? 0 : options.port + i))
  } catch (error) {
    await close()
    throw error
  }

  const [kubernetesUrl = '', sentryUrl = '', awsEndpointUrl = '', grafanaUrl = '', controlUrl = ''] = listeners.map(
    l => l.url,
  )
  const kubeconfig = await writeKubeconfig(kubernetesUrl, token, options.kubeconfigFolder)
  return {
    endpoints: {
      kubeconfig,
      kubernetesUrl,
      sentryUrl,
      awsEndpointUrl,
      grafanaUrl,
      journalUrl: `${controlUrl}/journal`,
    },
    env: {
      KUBECONFIG: kubeconfig,
      SENTRY_URL: sentryUrl,
      SENTRY_ORG: organization,
      SENTRY_AUTH_TOKEN: token,
      AWS_ENDPOINT_URL: awsEndpointUrl,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: aws.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
      GRAFANA_URL: grafanaUrl,
      GRAFANA_SERVICE_ACCOUNT_TOKEN: token,
    },
    journal,
    cloud,
    faults,
    async close() {
      await close()
      if (options.kubeconfigFolder === undefined) await rm(dirname(kubeconfig), { recursive: true, force: true })
    },
  }

  function journaled(vendor: Vendor, api: VendorApi): Handler {
    return async (request, response, body) => {
      const line = {
        at: new Date(cloud.now()).toISOString(),
        vendor,
        method: request.method ?? '',
        path: request.url ?? '',
      }
      journal.arrived({ ...line, ...bodyOfWrite(line, body) }, response)
      if (await faults.meet(vendor, request, response)) return
      await api.handle(request, response, body)
    }
  }

  async function close(): Promise<void> {
    for (const [, api] of apis) api.close?.()
    await Promise.all(listeners.map(listener => listener.close()))
  }
}

/** Sentry, CloudWatch and Grafana take POST for reads: of those, what was asked, cut to a line. */
const readBodyCharacters = 300
/** So that 100,000 lines of journal stay in memory; the patches of our own clients are under 2,000. */
const writeBodyCharacters = 65_536

function bodyOfWrite(line: { vendor: Vendor; method: string }, body: string): { body?: unknown } {
  if (line.method === 'GET' || body === '') return {}
  if (line.vendor !== 'kubernetes') return { body: body.slice(0, readBodyCharacters) }
  if (body.length > writeBodyCharacters) return { body: body.slice(0, writeBodyCharacters) }
  try {
    return { body: JSON.parse(body) }
  } catch {
    return { body }
  }
}
