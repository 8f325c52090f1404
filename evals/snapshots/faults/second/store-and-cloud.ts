// Control-plane faults below the API: the store on a slow disk, and a cloud that does not let its controller in.
import { install, keepSaying } from '../../application.ts'
import { warning } from '../../event.ts'
import type { Fault } from '../../fault.ts'
import { crashes, FAILED, restarted, write } from '../../pod-state.ts'
import { secret } from '../../policy.ts'
import { klog, partOf } from '../../system.ts'
import { find, microStamp, MINUTE, SECOND } from '../../world.ts'
import { podsOf } from '../../workload.ts'
import { nobodyFits, rolledOnNobody } from '../scheduling.ts'
import { joined } from './joined.ts'

export const storeAndCloudFaults: Fault[] = [
  {
    name: 'store-on-a-slow-disk',
    meets: { tidal: 'query', beacon: 'ruler' },
    make(app, target) {
      const { world, masters } = app
      const etcd = partOf(app, 'etcd')
      const server = partOf(app, 'kube-apiserver')
      const since = world.at - 38 * MINUTE
      const says = (at: number, caller: string, msg: string, more: Record<string, string>) =>
        write(
          world,
          etcd,
          'etcd',
          at,
          JSON.stringify({ level: 'warn', ts: new Date(at).toISOString(), caller, msg, ...more }),
        )
      for (let at = since, n = 0; at < world.at; at += 41 * SECOND, n++) {
        const took = `${(1.3 + (n % 9) * 0.61).toFixed(6)}s`
        says(at, 'wal/wal.go:805', 'slow fdatasync', { took, 'expected-duration': '1s' })
        says(at + SECOND, 'etcdserver/util.go:170', 'apply request took too long', {
          took,
          'expected-duration': '100ms',
          prefix: 'read-only range ',
          request: 'key:"/registry/leases/kube-system/kube-scheduler" ',
          response: 'range_response_count:1 size:507',
        })
        if (n % 4 === 0)
          write(
            world,
            server,
            'kube-apiserver',
            at + 2 * SECOND,
            klog(
              at,
              'E',
              'status.go:71',
              '"Unhandled Error" err="apiserver received an error that is not an metav1.Status: rpctypes.EtcdError{code:0xe, desc:\\"etcdserver: request timed out\\"}: etcdserver: request timed out"',
            ),
          )
      }
      for (const [n, part] of (['kube-scheduler', 'kube-controller-manager'] as const).entries()) {
        const at = world.at - (6 + 5 * n) * MINUTE
        const pod = partOf(app, part)
        restarted(world, pod, { death: { ...FAILED, ranSeconds: 480 + 90 * n }, restarts: 4 + n, at })
        const lease = `https://127.0.0.1:6443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/${part}`
        write(
          world,
          pod,
          part,
          at - 9 * SECOND,
          klog(
            at - 9 * SECOND,
            'E',
            'leaderelection.go:429',
            `Failed to update lock optimistically: Put "${lease}?timeout=5s": context deadline exceeded, falling back to slow path`,
          ),
        )
        write(world, pod, part, at - SECOND, klog(at - SECOND, 'E', 'server.go:242', '"leaderelection lost"'))
        const held = find(world, 'Lease', 'kube-system', part)
        held.spec = { ...(held.spec as object), leaseTransitions: 17 + n, acquireTime: microStamp(at + 19 * SECOND) }
      }
      warning(world, server, {
        reason: 'Unhealthy',
        message: 'Readiness probe failed: HTTP probe failed with statuscode: 500',
        component: 'kubelet',
        host: masters[0],
        field: 'spec.containers{kube-apiserver}',
        first: since,
        at: world.at - 50 * SECOND,
        count: 21,
      })
      const words = 'could not renew lease: etcdserver: request timed out'
      keepSaying(app, target, 'warn', words, 25)
      return { truth: etcd, also: [{ kind: 'Node', name: masters[0] ?? '' }] }
    },
  },
  {
    name: 'cloud-does-not-let-its-controller-in',
    meets: { courier: 'notify', beacon: 'charts' },
    make(app, target) {
      const { world } = app
      const rented = app.name === 'courier'
      const name = rented ? 'openstack-cloud-controller-manager' : 'rancher-vsphere-cpi-cloud-controller-manager'
      const account = secret(
        world,
        'kube-system',
        rented ? 'cloud-config' : 'vsphere-cpi-creds',
        rented ? ['cloud.conf'] : ['vc.corp.example.username', 'vc.corp.example.password'],
      )
      const controller = install(app, {
        kind: rented ? 'Deployment' : 'DaemonSet',
        namespace: 'kube-system',
        name,
        labels: { 'k8s-app': name },
        image: rented
          ? 'registry.k8s.io/provider-os/openstack-cloud-controller-manager:v1.33.0'
          : 'registry.k8s.io/cloud-pv-vsphere/cloud-provider-vsphere:v1.29.1',
        language: 'plain',
        probe: false,
        spec: {
          hostNetwork: true,
          tolerations: [{ operator: 'Exists' }],
          ...(!rented && { nodeSelector: { 'node-role.kubernetes.io/control-plane': 'true' } }),
          volumes: [{ name: 'account', secret: { secretName: account.metadata.name } }],
        },
        ageDays: 80,
      })
      const since = world.at - 54 * MINUTE
      const pool = rented ? 'node.cluster.x-k8s.io/pool' : 'rke.cattle.io/pool'
      const fresh = joined(app, {
        name: rented ? 'courier-md-1-8rwpd-5jtcv' : 'rack3-w05',
        minutes: 46,
        labels: { [pool]: 'burst' },
        taints: [{ key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' }],
      })
      fresh.spec.providerID = ''
      for (const region of ['zone', 'region']) delete fresh.metadata.labels[`topology.kubernetes.io/${region}`]
      for (const pod of podsOf(world, controller)) {
        if (rented)
          crashes(world, pod, {
            death: { exitCode: 255, reason: 'Error', ranSeconds: 4 },
            since: Math.max(since, Date.parse(pod.metadata.creationTimestamp)),
            says: at => [
              klog(
                at - SECOND,
                'W',
                'openstack.go:173',
                'New openstack client created failed with config: Authentication failed',
              ),
              klog(
                at,
                'F',
                'main.go:105',
                'Cloud provider could not be initialized: could not init cloud provider "openstack": Authentication failed',
              ),
            ],
          })
        else
          for (let at = since; at < world.at; at += 65 * SECOND)
            write(
              world,
              pod,
              name,
              at,
              klog(
                at,
                'E',
                'connectionmanager.go:192',
                'Cannot connect to vCenter with err: ServerFaultCode: Cannot complete login due to an incorrect user name or password.',
              ),
            )
      }
      const at = world.at - 35 * MINUTE
      const pods = rolledOnNobody(world, target, at, ({ spec }) => {
        spec.nodeSelector = { ...spec.nodeSelector, [pool]: 'burst' }
      })
      for (const pod of pods) nobodyFits(world, pod, "node(s) didn't match Pod's node affinity/selector", at, false)
      return { truth: account, also: [controller.object] }
    },
  },
]
