// Something the cluster depends on and does not own does not answer. Nothing inside can be changed to mend it.
import { callersFail, failsToCall, keepSaying, says, workloadOf, type Application } from '../application.ts'
import { casesOf, type Fault } from '../fault.ts'
import { unready } from '../pod-state.ts'
import { serviceOf } from '../service.ts'
import { partsOf, type Failure } from '../language.ts'
import type { ObjectName } from '../snapshot.ts'
import { MINUTE } from '../world.ts'
import { podsOf, specsOf, type Workload } from '../workload.ts'

const faults: Fault[] = [
  {
    name: 'host-no-longer-known',
    meets: { larder: 'till', tidal: 'ingest' },
    make: (app, target) => fails(app, target, 'unknown-host'),
  },
  {
    name: 'host-silent',
    meets: { foundry: 'scorer', beacon: 'pager' },
    make: (app, target) => fails(app, target, 'timeout', '203.0.113.24'),
  },
  {
    name: 'host-out-of-service',
    meets: { ledgerly: 'bankfeed', larder: 'till' },
    make: (app, target) => fails(app, target, 'unavailable'),
  },
  {
    name: 'host-with-expired-certificate',
    meets: { tidal: 'ingest', beacon: 'pager' },
    make: (app, target) => fails(app, target, 'expired-certificate'),
  },
  {
    name: 'host-drops-connections',
    meets: { foundry: 'scorer', ledgerly: 'bankfeed' },
    make: (app, target) => fails(app, target, 'reset', '198.51.100.7'),
  },
  {
    name: 'not-ready-without-the-host',
    meets: { ledgerly: 'bankfeed', foundry: 'scorer', larder: 'till' },
    make(app, target) {
      const found = fails(app, target, 'timeout', '203.0.113.61')
      for (const pod of podsOf(app.world, target))
        unready(app.world, pod, {
          container: target.text.name,
          message: 'HTTP probe failed with statuscode: 503',
          since: app.world.at - 18 * MINUTE,
        })
      callersFail(app, target, 'refused', 17)
      return found
    },
  },
  {
    name: 'database-of-the-cloud-fails-over',
    meets: { foundry: 'features', tidal: 'query' },
    make(app, target) {
      const { namespace } = target.text
      const host = 'reports-prod.c7x2kq.db.cloud.example'
      const alias = serviceOf(app.world, {
        namespace,
        name: 'reports-db',
        ports: [],
        type: 'ExternalName',
        externalName: host,
      })
      const env = { name: 'REPORTS_DSN', value: 'postgres://reports@reports-db:5432/reports' }
      for (const spec of specsOf(app.world, target)) spec.containers[0]?.env?.push(env)
      const words =
        app.name === 'foundry'
          ? `psycopg.OperationalError: connection failed: connection to server at "${host}" (10.9.44.18), port 5432 failed: FATAL: the database system is in recovery mode`
          : `reports query failed: failed to connect to host=${host} user=reports database=reports: server error: FATAL: the database system is in recovery mode (SQLSTATE 57P03)`
      keepSaying(app, target, 'error', words, 14)
      return { truth: { kind: 'External', name: host }, also: [alias] }
    },
  },
  {
    name: 'object-store-throttles',
    meets: { beacon: 'log-store', tidal: 'sink' },
    make(app, target) {
      const host = 'telemetry-chunks.s3.eu-central-1.amazonaws.com'
      for (const pod of podsOf(app.world, target))
        for (let n = 0; n < 14; n++)
          says(
            app,
            target,
            pod,
            app.world.at - (15 - n) * MINUTE,
            'error',
            `failed to put object: SlowDown: Please reduce your request rate. status code: 503, host: https://${host}/tenant-1/chunk-${n * 41}`,
          )
      return { truth: { kind: 'External', name: host } }
    },
  },
]

export const outsideCases = () => casesOf('outside', faults)

/** The host that the target calls fails in this way; the target itself goes on, and says so. */
function fails(
  app: Application,
  target: Workload,
  failure: Failure,
  ip?: string,
): { truth: ObjectName; also?: ObjectName[] } {
  const call = app.outside.find(({ caller }) => caller === target.text.name)
  if (!call) throw new Error(`expected ${target.text.name} to call a host outside, found none`)
  failsToCall(app, workloadOf(app, call.caller), call.address, failure, 19, ip)
  const { host } = partsOf(call.address)
  return {
    truth: { kind: 'External', name: host },
    ...(app.name === 'larder' && {
      also: [{ kind: 'Service', namespace: target.text.namespace, name: 'card-gateway' }],
    }),
  }
}
