// Certificates that have run out or that nobody trusts, clocks that differ, and what goes by the clock.
import { callersFail, callersOf, failsToCall, says, type Application } from '../application.ts'
import { certificate } from '../apps/ledgerly.ts'
import { runOf } from '../batch.ts'
import { event, warning } from '../event.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Thing } from '../kinds.ts'
import { failureText, lineOf } from '../language.ts'
import { losesContact, podsOn, setCondition } from '../node.ts'
import { write } from '../pod-state.ts'
import { configMap, secret } from '../policy.ts'
import { refuse } from '../refuse.ts'
import { condition } from '../settle.ts'
import { klog, partOf } from '../system.ts'
import { add, between, DAY, find, HOUR, metadataOf, MINUTE, SECOND, stamp, type World } from '../world.ts'
import { mainOf, podsOf, specsOf, type Workload } from '../workload.ts'
import { nodeOf } from './run.ts'
import { changed } from './start.ts'

const EXPIRED = '2026-03-10T06:00:00Z'

const faults: Fault[] = [
  {
    name: 'certificate-of-the-entrance-expired',
    meets: { larder: 'site', beacon: 'gateway' },
    make(app, target) {
      const { world } = app
      const { namespace } = target.text
      const entrance = find(world, 'Ingress', namespace, target.text.name)
      const [tls] = (entrance.spec as { tls: { hosts: string[]; secretName: string }[] }).tls
      const held = find(world, 'Secret', namespace, tls?.secretName ?? '')
      const controller = app.workloads.find(({ text }) => text.name === 'ingress-nginx-controller')
      const terminating = controller ?? target
      if (!controller) mountSecret(world, target, held.metadata.name)
      const container = terminating.text.container?.name ?? terminating.text.name
      for (const pod of podsOf(world, terminating))
        for (let at = world.at - 50 * MINUTE; at < world.at; at += between(world, 2 * MINUTE, 6 * MINUTE)) {
          const refusal =
            'SSL_do_handshake() failed (SSL: error:0A000415:SSL routines::ssl/tls alert certificate expired:SSL alert number 45) while SSL handshaking, client: 10.0.1.9, server: 0.0.0.0:443'
          says(app, terminating, pod, at, 'error', refusal)
          if (controller)
            write(
              world,
              pod,
              container,
              at + SECOND,
              klog(
                at + SECOND,
                'W',
                'controller.go:1474',
                `SSL certificate for server "${tls?.hosts[0]}" is about to expire (2026-03-10 06:00:00 +0000 UTC)`,
              ),
            )
        }
      return { truth: held, also: [entrance] }
    },
  },
  {
    name: 'certificate-not-renewed',
    meets: { ledgerly: 'web', beacon: 'charts' },
    make(app, target) {
      const { world } = app
      const { namespace } = target.text
      const made =
        app.name === 'ledgerly'
          ? find(world, 'Certificate', namespace, 'app-ledgerly')
          : certificate(world, namespace, 'sight', 'sight-tls', 'sight.corp.example')
      const since = Date.parse(EXPIRED)
      made.status = {
        notBefore: stamp(since - 90 * DAY),
        notAfter: EXPIRED,
        renewalTime: stamp(since - 30 * DAY),
        lastFailureTime: stamp(world.at - 25 * MINUTE),
        failedIssuanceAttempts: 9,
        conditions: [
          condition('Ready', false, 'Expired', `Certificate expired on Tue, 10 Mar 2026 06:00:00 UTC`, since),
          condition(
            'Issuing',
            false,
            'Failed',
            'The certificate request has failed to complete and will be retried: Failed to wait for order resource to become ready: order is in "errored" state: Failed to create Order: 429 urn:ietf:params:acme:error:rateLimited',
            world.at - 25 * MINUTE,
          ),
        ],
      }
      warning(world, made, {
        reason: 'Failed',
        message:
          'The certificate request has failed to complete and will be retried: Failed to wait for order resource to become ready: order is in "errored" state',
        component: 'cert-manager-certificates-issuing',
        at: world.at - 25 * MINUTE,
      })
      return {
        truth: made,
        also: [
          { kind: 'Secret', namespace, name: app.name === 'ledgerly' ? 'app-ledgerly-tls' : 'sight-tls' },
          { kind: 'ClusterIssuer', name: 'letsencrypt' },
        ],
      }
    },
  },
  {
    name: 'certificate-inside-expired',
    meets: { tidal: 'schema-registry', foundry: 'features', larder: 'stock' },
    make(app, target) {
      const { world } = app
      const held = servedWith(world, target)
      overTls(app, target)
      callersFail(app, target, 'expired-certificate', 50)
      for (const pod of podsOf(world, target))
        for (let n = 0; n < 6; n++)
          says(
            app,
            target,
            pod,
            world.at - (30 - 5 * n) * MINUTE,
            'warn',
            'TLS handshake error: remote error: tls: expired certificate',
          )
      return { truth: held, also: [target.object] }
    },
  },
  {
    name: 'new-authority-not-trusted',
    meets: { larder: 'till', tidal: 'query' },
    make(app, target) {
      const { world } = app
      const { namespace } = target.text
      const bundle = configMap(
        world,
        namespace,
        'trusted-authorities',
        { 'ca.crt': '-----BEGIN CERTIFICATE-----\nMIIBtz\n-----END CERTIFICATE-----\n' },
        world.at - 33 * MINUTE,
      )
      for (const spec of specsOf(world, target)) {
        spec.volumes = [...(spec.volumes ?? []), { name: 'authorities', configMap: { name: 'trusted-authorities' } }]
        const main = mainOf(spec.containers, target)
        main.volumeMounts = [
          ...(main.volumeMounts ?? []),
          { name: 'authorities', mountPath: '/etc/ssl/trusted', readOnly: true },
        ]
      }
      for (const call of target.text.calls ?? [])
        failsToCall(app, target, call.address.replace('http:', 'https:'), 'unknown-authority', 30)
      return { truth: bundle, also: [target.object] }
    },
  },
  {
    name: 'clock-of-a-node-is-slow',
    meets: { tidal: 'ingest', foundry: 'scorer' },
    make(app, target) {
      const { world } = app
      const [pod] = podsOf(world, target)
      const node = nodeOf(world, pod)
      const since = world.at - 3 * HOUR
      setCondition(node, 'NTPProblem', 'True', 'NTPIsDown', 'NTP service is not running, offset -2893.412 s', since)
      warning(world, node, {
        reason: 'NTPIsDown',
        message:
          'Node condition NTPProblem is now: True, reason: NTPIsDown, message: "NTP service is not running, offset -2893.412 s"',
        component: 'ntp-custom-plugin-monitor',
        host: node.metadata.name,
        first: since,
        at: world.at - 4 * MINUTE,
        count: 36,
      })
      for (const each of app.workloads)
        for (const its of podsOn(world, node)) {
          if (!podsOf(world, each).includes(its) || !app.namespaces.includes(each.text.namespace)) continue
          const { language, name } = each.text
          const early = failureText(
            language,
            'not-yet-valid',
            `https://identity.${each.text.namespace}:8443`,
            undefined,
          )
          for (let n = 0; n < 10; n++)
            says(
              app,
              each,
              its,
              world.at - (20 - 2 * n) * MINUTE + between(world, 0, 60_000),
              'error',
              n % 2 ? `${name}: token rejected, issued 48m13s in the future` : early,
            )
        }
      return { truth: node }
    },
  },
  {
    name: 'certificate-of-a-webhook-expired',
    meets: { ledgerly: 'policy-controller', beacon: 'collector-operator' },
    make(app, target) {
      const { world } = app
      const held = servedWith(world, target)
      const service = target.text.service?.name ?? ''
      const configuration = find(world, 'ValidatingWebhookConfiguration', undefined, target.text.name)
      const victim = app.workloads.find(({ text }) => ['reports', 'pager'].includes(text.name))
      if (victim)
        refusedBy(
          app,
          victim,
          `failed calling webhook "validate.${target.text.name}.example": failed to call webhook: Post "https://${service}.${target.text.namespace}.svc:443/validate?timeout=10s": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-10T14:02:11Z is after ${EXPIRED}`,
        )
      return { truth: held, also: [configuration, target.object] }
    },
  },
  {
    name: 'certificate-of-a-kubelet-expired',
    meets: { tidal: 'windows', beacon: 'series-store' },
    make(app, target) {
      const { world } = app
      const node = nodeOf(world, podsOf(world, target)[0])
      // Pods are told to go after five minutes and 50 seconds of silence.
      const since = world.at - 5.5 * MINUTE
      losesContact(world, node, since)
      for (const pod of podsOn(world, node))
        for (const each of pod.status.conditions)
          if (each.type === 'Ready')
            Object.assign(each, { status: 'False', lastTransitionTime: stamp(since + 50 * SECOND) })
      const server = partOf(app, 'kube-apiserver')
      for (let at = since; at < world.at; at += 20 * SECOND)
        write(
          world,
          server,
          'kube-apiserver',
          at,
          klog(
            at,
            'E',
            'authentication.go:73',
            `"Unable to authenticate the request" err="[x509: certificate has expired or is not yet valid: current time ${stamp(at)} is after 2026-03-10T14:19:12Z, verifying certificate SN=318, SKID=, AKID= failed: x509: certificate has expired or is not yet valid]" user="system:node:${node.metadata.name}"`,
          ),
        )
      add(world, {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: metadataOf(world, 'CertificateSigningRequest', undefined, 'csr-7w2kq', {
          created: world.at - 5 * DAY,
        }),
        spec: {
          signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
          username: `system:node:${node.metadata.name}`,
          groups: ['system:nodes'],
          usages: ['digital signature', 'client auth'],
        },
        status: {},
      } satisfies Thing)
      return { truth: node, also: [{ kind: 'CertificateSigningRequest', name: 'csr-7w2kq' }] }
    },
  },
  {
    name: 'run-that-hangs-keeps-the-next-from-starting',
    meets: { foundry: 'dispatcher', ledgerly: 'payrun' },
    make({ world }, target) {
      const { namespace, image, language } = target.text
      const name = target.text.name === 'dispatcher' ? 'refresh-features' : 'month-close'
      const cron = find(world, 'CronJob', namespace, name)
      Object.assign(cron.spec as object, { schedule: '*/30 * * * *', concurrencyPolicy: 'Forbid' })
      const started = world.at - 205 * MINUTE
      const run = runOf(world, cron, {
        namespace,
        labels: cron.metadata.labels,
        image,
        language,
        container: { name },
        started,
      })
      const active = [
        {
          kind: 'Job',
          namespace,
          name: run.object.metadata.name,
          uid: run.object.metadata.uid,
          apiVersion: 'batch/v1',
        },
      ]
      cron.status = { active, lastScheduleTime: stamp(started), lastSuccessfulTime: stamp(started - 26 * MINUTE) }
      event(world, cron, {
        reason: 'JobAlreadyActive',
        message: 'Not starting job because prior execution is running and concurrency policy is Forbid',
        component: 'cronjob-controller',
        first: started + 30 * MINUTE,
        at: world.at - 25 * MINUTE,
        count: 6,
      })
      for (let n = 0; n < 6; n++) {
        const at = world.at - (55 - n * 10) * MINUTE
        write(
          world,
          run.pod,
          name,
          at,
          lineOf(
            language,
            at,
            'warn',
            `still waiting for lock "${name}" held by a session of 2026-03-10 10:58, ${150 + n * 10}m`,
            name,
          ),
        )
      }
      return { truth: run.object, also: [cron, run.pod] }
    },
  },
]

export const timeCases = () => casesOf('time-and-certificates', faults)

/** The Secret whose certificate the target serves with, expired; every pod of it has it mounted. */
function servedWith(world: World, target: Workload): Thing {
  const { namespace, name } = target.text
  const held = secret(
    world,
    namespace,
    `${name}-serving`,
    ['tls.crt', 'tls.key'],
    'kubernetes.io/tls',
    world.at - 365 * DAY,
  )
  mountSecret(world, target, `${name}-serving`)
  return held
}

function mountSecret(world: World, target: Workload, secretName: string): void {
  for (const spec of specsOf(world, target)) {
    spec.volumes = [...(spec.volumes ?? []), { name: 'serving', secret: { secretName } }]
    const main = mainOf(spec.containers, target)
    main.volumeMounts = [...(main.volumeMounts ?? []), { name: 'serving', mountPath: '/etc/serving', readOnly: true }]
  }
}

/** Whoever calls the target calls it with TLS. */
function overTls(app: Application, target: Workload): void {
  for (const caller of callersOf(app, target)) {
    const call = caller.text.calls?.find(({ to }) => to === target.text.name)
    if (!call) continue
    const address = call.address.replace('http:', 'https:')
    for (const { containers } of specsOf(app.world, caller))
      for (const each of containers.flatMap(({ env = [] }) => env))
        if (each.value === call.address) each.value = address
    call.address = address
  }
}

function refusedBy({ world }: Application, victim: Workload, why: string): void {
  const { pods, at } = changed(world, victim, 23, main => {
    main.image += '-p1'
  })
  refuse(world, victim, pods, `Internal error occurred: ${why}`, at)
}
