// Everything runs, and one does not reach the other: selectors, ports, policies, names, ingresses, meshes, balancers. What
// is wrong says nothing; those who call it do.
import {
  callersFail,
  callersOf,
  failsToCall,
  keepSaying,
  linesIn,
  serviceFor,
  workloadOf,
  type Application,
} from '../application.ts'
import { warning } from '../event.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Thing } from '../kinds.ts'
import { envoyLine } from '../mesh.ts'
import { crashes, FAILED, unready, write } from '../pod-state.ts'
import { configMap, networkPolicy } from '../policy.ts'
import { scale } from '../rollout.ts'
import { klog, systemWorkload } from '../system.ts'
import { add, find, metadataOf, MINUTE, remove, SECOND, stamp } from '../world.ts'
import { podsOf, type Workload } from '../workload.ts'

const faults: Fault[] = [
  {
    name: 'selector-matches-nothing',
    meets: { larder: 'stock', beacon: 'pager', tidal: 'query' },
    make(app, target) {
      const service = serviceFor(app, target)
      const [key = ''] = Object.keys(service.spec.selector ?? {})
      service.spec.selector = { ...service.spec.selector, [key]: `${target.text.name}-svc` }
      callersFail(app, target, 'refused', 12)
      return { truth: service }
    },
  },
  {
    name: 'target-port-off-by-one',
    meets: { foundry: 'scorer', larder: 'basket' },
    make(app, target) {
      const service = serviceFor(app, target)
      const [port] = service.spec.ports
      if (port) port.targetPort = Object.values(target.text.ports ?? {})[0] === 8000 ? 8001 : 8081
      callersFail(app, target, 'refused', 12)
      return { truth: service }
    },
  },
  {
    name: 'target-port-has-another-name',
    meets: { ledgerly: 'accounts', beacon: 'charts' },
    make(app, target) {
      const service = serviceFor(app, target)
      const [port] = service.spec.ports
      if (port) port.targetPort = 'web'
      callersFail(app, target, 'refused', 12)
      return { truth: service }
    },
  },
  {
    name: 'service-deleted',
    meets: { larder: 'prices', ledgerly: 'taxes', foundry: 'features' },
    make(app, target) {
      const service = serviceFor(app, target)
      remove(app.world, service)
      callersFail(app, target, 'unknown-host', 12)
      return { truth: service, also: [target.object] }
    },
  },
  {
    name: 'policy-shuts-the-door',
    meets: { larder: 'stock-db', tidal: 'schema-registry', beacon: 'log-store' },
    make(app, target) {
      const { world } = app
      // Policies add up: one that lets everybody in would outdo the new one.
      remove(
        world,
        ...world.objects.filter(
          ({ kind, metadata: its }) => kind === 'NetworkPolicy' && its.namespace === target.text.namespace,
        ),
      )
      const policy = networkPolicy(
        world,
        target.text.namespace,
        'harden-data',
        {
          podSelector: { matchLabels: target.text.labels },
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ podSelector: { matchLabels: { access: 'granted' } } }] }],
        },
        world.at - 22 * MINUTE,
      )
      callersFail(app, target, 'timeout', 13)
      return { truth: policy }
    },
  },
  {
    name: 'policy-cuts-off-outgoing-calls',
    meets: { foundry: 'gateway', ledgerly: 'reports' },
    make(app, target) {
      const { world } = app
      const policy = networkPolicy(
        world,
        target.text.namespace,
        'limit-egress',
        {
          podSelector: { matchLabels: target.text.labels },
          policyTypes: ['Egress'],
          egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/16' } }] }],
        },
        world.at - 17 * MINUTE,
      )
      for (const call of target.text.calls ?? []) failsToCall(app, target, call.address, 'names-unanswered', 13)
      return { truth: policy }
    },
  },
  {
    name: 'name-server-misconfigured',
    meets: { tidal: 'ingest', beacon: 'intake' },
    make(app, target) {
      const { world } = app
      const names = systemWorkload(app, 'coredns')
      const corefile =
        '.:53 {\n    errors\n    health\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n    forwrd . /etc/resolv.conf\n    cache 30\n}\n'
      const settings = configMap(world, 'kube-system', 'coredns', { Corefile: corefile }, world.at - 19 * MINUTE)
      for (const pod of podsOf(world, names))
        crashes(world, pod, {
          death: FAILED,
          since: world.at - 18 * MINUTE,
          says: linesIn('plain', 'coredns', [
            "/etc/coredns/Corefile:5 - Error during parsing: Unknown directive 'forwrd'",
          ]),
        })
      for (const caller of [target, ...callersOf(app, target)])
        for (const call of caller.text.calls ?? [])
          failsToCall(app, caller, call.address.split(',')[0] ?? '', 'names-unanswered', 15)
      return { truth: settings, also: [names.object] }
    },
  },
  {
    name: 'name-server-scaled-away',
    meets: { foundry: 'dispatcher', larder: 'site' },
    make(app, target) {
      const { world } = app
      const names = systemWorkload(app, 'coredns')
      scale(world, names, 0, world.at - 15 * MINUTE)
      for (const caller of app.workloads.filter(({ text }) => text.namespace === target.text.namespace))
        for (const call of caller.text.calls ?? []) failsToCall(app, caller, call.address, 'names-unanswered', 14)
      return { truth: names.object }
    },
  },
  {
    name: 'ingress-leads-to-no-service',
    meets: { larder: 'site', beacon: 'gateway' },
    make(app, target) {
      const { world } = app
      const { namespace, name } = target.text
      const entrance = find(world, 'Ingress', namespace, name)
      const spec = entrance.spec as {
        rules: { host: string; http: { paths: { backend: { service: { name: string } } }[] } }[]
      }
      for (const path of spec.rules[0]?.http.paths ?? []) path.backend.service.name = `${name}-v2`
      entrance.metadata.generation = 4
      const controller = app.workloads.find(({ text }) => text.name === 'ingress-nginx-controller')
      if (controller)
        balk(
          app,
          controller,
          `Error obtaining Endpoints for Service "${namespace}/${name}-v2": no object matching key "${namespace}/${name}-v2" in local store`,
        )
      return { truth: entrance }
    },
  },
  {
    name: 'ingress-of-an-unknown-class',
    meets: { tidal: 'console', ledgerly: 'web' },
    make({ world }, target) {
      const entrance = find(world, 'Ingress', target.text.namespace, target.text.name)
      Object.assign(entrance.spec as object, { ingressClassName: 'internal-alb' })
      entrance.status = { loadBalancer: {} }
      entrance.metadata.generation = 2
      return { truth: entrance }
    },
  },
  {
    name: 'balancer-not-provided',
    meets: { foundry: 'gateway', larder: 'ingress-nginx-controller' },
    make(app, target) {
      const { world } = app
      const service = serviceFor(app, target)
      const since = world.at - 42 * MINUTE
      service.metadata.creationTimestamp = stamp(since)
      service.status = { loadBalancer: {} }
      const words =
        app.name === 'larder'
          ? 'Error syncing load balancer: failed to ensure load balancer: could not find any suitable subnets for creating the ELB'
          : "Error syncing load balancer: failed to ensure load balancer: googleapi: Error 400: Invalid value for field 'resource.IPAddress': '34.90.11.7'. Specified IP address is in-use and would result in a conflict., invalid"
      warning(world, service, {
        reason: 'SyncLoadBalancerFailed',
        message: words,
        component: 'service-controller',
        first: since,
        at: world.at - 3 * MINUTE,
        count: 13,
      })
      return { truth: service }
    },
  },
  {
    name: 'mesh-routes-to-no-subset',
    meets: { ledgerly: 'invoices' },
    make(app, target) {
      const { world } = app
      const route = find(world, 'VirtualService', target.text.namespace, 'invoices')
      route.spec = {
        hosts: ['invoices'],
        http: [{ route: [{ destination: { host: 'invoices', subset: 'v8' }, weight: 100 }] }],
      }
      const rule = find(world, 'DestinationRule', target.text.namespace, 'invoices')
      meshRefuses(app, target, 503, 'NR')
      return { truth: route, also: [rule] }
    },
  },
  {
    name: 'mesh-control-plane-down',
    meets: { ledgerly: 'istiod' },
    make(app, target) {
      const { world } = app
      const since = world.at - 29 * MINUTE
      for (const pod of podsOf(world, target))
        crashes(world, pod, {
          container: 'discovery',
          death: { exitCode: 255, reason: 'Error', ranSeconds: 6 },
          since,
          says: linesIn('plain', 'istiod', [
            'info\tinitializing Istiod',
            'error\tfailed to create discovery service: failed loading root certificate: cacerts/root-cert.pem does not match the signing key',
          ]),
        })
      const web = workloadOf(app, 'web')
      for (const pod of scale(world, web, 6, world.at - 17 * MINUTE)) {
        unready(world, pod, {
          container: 'istio-proxy',
          message: 'HTTP probe failed with statuscode: 503',
          since: world.at - 16 * MINUTE,
        })
        for (let at = world.at - 16 * MINUTE; at < world.at; at += 30 * SECOND)
          write(
            world,
            pod,
            'istio-proxy',
            at,
            `${new Date(at).toISOString()}\twarn\tEnvoy proxy is NOT ready: config not received from XDS server (is Istiod running?): cds updates: 0 successful, 0 rejected; lds updates: 0 successful, 0 rejected`,
          )
      }
      return { truth: target.object }
    },
  },
  {
    name: 'mesh-denies-the-caller',
    meets: { beacon: 'intake' },
    make(app, target) {
      const { world } = app
      const created = world.at - 16 * MINUTE
      const server = add(world, {
        apiVersion: 'policy.linkerd.io/v1beta3',
        kind: 'Server',
        metadata: metadataOf(world, 'Server', target.text.namespace, 'intake-otlp', { created }),
        spec: {
          podSelector: { matchLabels: target.text.labels },
          port: 'otlp',
          proxyProtocol: 'gRPC',
          accessPolicy: 'deny',
        },
      } satisfies Thing)
      for (const pod of podsOf(world, target))
        for (let at = world.at - 12 * MINUTE; at < world.at; at += 40 * SECOND)
          write(
            world,
            pod,
            'linkerd-proxy',
            at,
            `[  ${(at / 1000) % 9000}s]  INFO ThreadId(01) inbound:server{port=4317}:rescue{client.addr=10.42.2.${at % 200}:41022}: linkerd_app_inbound::policy: Request denied server.group=policy.linkerd.io server.kind=server server.name=intake-otlp`,
          )
      for (const caller of callersOf(app, target)) {
        const call = caller.text.calls?.find(({ to }) => to === target.text.name)
        if (caller.text.language === 'nginx' && call) failsToCall(app, caller, call.address, 'unavailable', 11)
        else
          keepSaying(
            app,
            caller,
            'error',
            'Exporting failed. Will retry the request after interval. error="rpc error: code = PermissionDenied desc = unauthorized request on route"',
            11,
          )
      }
      return { truth: server }
    },
  },
]

export const networkCases = () => casesOf('network', faults)

/** What the proxies beside the callers write of calls that found no way. */
function meshRefuses(app: Application, target: Workload, code: number, flags: string): void {
  const cluster = `outbound|8080||${target.text.name}.${target.text.namespace}.svc.cluster.local`
  for (const caller of callersOf(app, target)) {
    for (const pod of podsOf(app.world, caller))
      for (let at = app.world.at - 11 * MINUTE; at < app.world.at; at += 43 * SECOND)
        write(app.world, pod, 'istio-proxy', at, envoyLine(at, code, flags, flags === 'NR' ? '-' : cluster, '-'))
    const call = caller.text.calls?.find(({ to }) => to === target.text.name)
    if (call) failsToCall(app, caller, call.address, 'unavailable', 11)
  }
}

function balk(app: Application, controller: Workload, words: string): void {
  const container = controller.text.container?.name ?? controller.text.name
  for (const pod of podsOf(app.world, controller))
    for (let at = app.world.at - 12 * MINUTE; at < app.world.at; at += 65 * SECOND)
      write(app.world, pod, container, at, klog(at, 'W', 'controller.go:1216', words))
}
