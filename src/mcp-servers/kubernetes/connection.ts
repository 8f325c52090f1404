// Where a cluster is and how we prove who we are: the SDK's to say, from a kubeconfig or the service account of the pod
// this runs in (exec plugins, certificates, proxies). What is asked there is client.ts.
import http from 'node:http'
import type https from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { Fault } from '#incident/fault.ts'
import type { KubernetesSettings } from './settings.ts'

export type Query = Record<string, string | number | boolean | undefined>

export type Request = {
  method: string
  path: string
  query?: Query
  body?: string
  type?: string
  accept?: string
}

export type Connection = {
  /** Makes sure there is a cluster to ask, which the first request does otherwise: once, it takes a second. */
  ready(): Promise<void>
  /** The request as node sends it. Throws a Fault where there is no cluster, or no credentials for it. */
  prepare(request: Request, signal: AbortSignal): Promise<{ url: URL; options: https.RequestOptions }>
  close(): void
}

export function openConnection(settings: KubernetesSettings): Connection {
  // Loaded here and not with this file: it takes 0.5 s and 80 MB, which a command that asks no cluster should not pay.
  const sdk = import('@kubernetes/client-node')
  let config: KubeConfig | undefined // one that could not be read is tried again: it may be mounted later
  const agents = new Set<http.Agent>()

  async function configured(): Promise<KubeConfig> {
    const { KubeConfig: Config } = await sdk
    return (config ??= loadConfig(new Config(), settings))
  }

  return {
    async ready() {
      await configured()
    },

    async prepare({ method, path, query, body, type = 'application/json', accept = 'application/json' }, signal) {
      const kubeConfig = await configured()
      const server = kubeConfig.getCurrentCluster()?.server
      if (!server) throw noConfig('it names no cluster')
      const headers: http.OutgoingHttpHeaders = { accept }
      if (body !== undefined) {
        headers['content-type'] = type
        headers['content-length'] = Buffer.byteLength(body)
      }
      const options: https.RequestOptions = { method, signal, headers }
      try {
        await kubeConfig.applyToHTTPSOptions(options)
      } catch (cause) {
        throw new Fault('authentication', 'The credentials of the kubeconfig could not be made ready.', { cause })
      }
      if (options.agent instanceof http.Agent) {
        // The SDK's agents close every connection, and one look needs a dozen.
        agents.add(Object.assign(options.agent, { keepAlive: true }))
      }
      const url = new URL(server.replace(/\/$/, '') + path)
      for (const [name, value] of Object.entries(query ?? {})) {
        if (value !== undefined) url.searchParams.set(name, String(value))
      }
      return { url, options }
    },

    close() {
      for (const agent of agents) agent.destroy()
    },
  }
}

function loadConfig(config: KubeConfig, settings: KubernetesSettings): KubeConfig {
  try {
    if (settings.kubeconfig) config.loadFromFile(settings.kubeconfig)
    else config.loadFromDefault()
    if (settings.context) config.setCurrentContext(settings.context)
  } catch (cause) {
    throw noConfig('it is missing, or is no YAML that describes clusters', cause)
  }
  const cluster = config.getCurrentCluster()
  if (!cluster) throw noConfig('its current context, or the one named in the settings, is not there')
  if (!cluster.server.startsWith('http:')) return config
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(cluster.server).hostname)) {
    throw noConfig('its server is http:// on another machine, and the token would travel in the clear')
  }
  // kubectl proxy and the simulator: the SDK takes plain http only where verification is off, which changes nothing there.
  config.clusters = config.clusters.map(each => (each === cluster ? { ...each, skipTLSVerify: true } : each))
  return config
}

function noConfig(why: string, cause?: unknown): Fault {
  return new Fault('validation', `The kubeconfig cannot be used: ${why}. Set KUBECONFIG or kubernetes.kubeconfig.`, {
    cause,
  })
}
