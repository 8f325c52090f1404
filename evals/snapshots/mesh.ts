// What a service mesh puts into a pod: its proxy, and the init container that turns traffic to it.
import type { Container } from './kinds.ts'

export type Mesh = 'istio' | 'linkerd'

export function proxyOf(mesh: Mesh): Container {
  const resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '1Gi' } }
  const probe = (path: string, port: number) => ({
    httpGet: { path, port },
    periodSeconds: 15,
    failureThreshold: 4,
    timeoutSeconds: 3,
  })
  return mesh === 'istio'
    ? {
        name: 'istio-proxy',
        image: 'docker.io/istio/proxyv2:1.25.1',
        imagePullPolicy: 'IfNotPresent',
        args: ['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local', '--log_output_level=default:info'],
        ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
        env: [{ name: 'CA_ADDR', value: 'istiod.istio-system.svc:15012' }],
        resources,
        readinessProbe: probe('/healthz/ready', 15021),
      }
    : {
        name: 'linkerd-proxy',
        image: 'cr.l5d.io/linkerd/proxy:edge-25.3.1',
        imagePullPolicy: 'IfNotPresent',
        ports: [{ name: 'linkerd-admin', containerPort: 4191, protocol: 'TCP' }],
        env: [
          {
            name: 'LINKERD2_PROXY_DESTINATION_SVC_ADDR',
            value: 'linkerd-dst-headless.linkerd.svc.cluster.local.:8086',
          },
        ],
        resources,
        readinessProbe: probe('/ready', 4191),
      }
}

export function initOf(mesh: Mesh): Container {
  return {
    name: mesh === 'istio' ? 'istio-init' : 'linkerd-init',
    image: mesh === 'istio' ? 'docker.io/istio/proxyv2:1.25.1' : 'cr.l5d.io/linkerd/proxy-init:v2.4.2',
    imagePullPolicy: 'IfNotPresent',
    args: mesh === 'istio' ? ['istio-iptables', '-p', '15001', '-z', '15006'] : ['--incoming-proxy-port', '4143'],
    resources: { limits: { cpu: '2', memory: '1Gi' } },
  }
}

/** An access line of Envoy for a call that did not reach its peer, or did. */
export function envoyLine(at: number, code: number, flags: string, cluster: string, peer: string): string {
  const detail =
    {
      UH: 'no_healthy_upstream',
      UF: 'upstream_reset_before_response_started{connection_failure}',
      NR: 'route_not_found',
      UO: 'overflow',
    }[flags] ?? 'via_upstream'
  return `[${new Date(at).toISOString()}] "GET /v1 HTTP/1.1" ${code} ${flags || '-'} ${detail} - "-" 0 91 8 - "-" "${cluster}" "${peer}"`
}
