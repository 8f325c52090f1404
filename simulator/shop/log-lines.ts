// What the shop's pods write, and what its API gateway notes of each second's requests.
import type { Millis, RecordOf } from '../recording.ts'
import type { ShopFigures } from './figures.ts'
import { hex, pick, randomOf } from './random.ts'
import { database, harmlessWarnings, namespace, services } from './services.ts'
import { stepMillis, type Clockwork, type Complaint, type PodLife } from './story-line.ts'

const everyMillis = 8_000 // a line of each pod: enough to see what is usual, few enough to read
const checkpointMillis = 300_000 // checkpoint_timeout as PostgreSQL is delivered
const warningOdds = 1 / 120

export function podLogs(
  { start, end, seed }: Clockwork,
  pods: PodLife[],
  complaints: Complaint[],
): RecordOf['kubernetes/logs'][] {
  const records: RecordOf['kubernetes/logs'][] = []
  for (const pod of pods) {
    const service = services.find(each => each.name === pod.service)
    if (!service || pod.crashing) continue
    const random = randomOf(seed, `log of ${pod.name}`)
    const say = (at: number, line: string) =>
      records.push({ at: Math.round(at), namespace, pod: pod.name, container: pod.service, line: filled(line, random) })
    const from = Math.max(start, pod.from)
    const until = Math.min(end, pod.until)
    for (let at = from + random() * everyMillis; at <= until; at += everyMillis * (0.5 + random())) {
      const warning = harmlessWarnings[service.name]
      say(at, warning && random() < warningOdds ? warning : pick(random, service.lines))
    }
    for (const complaint of complaints.filter(each => each.service === service.name)) {
      const every = complaint.everySeconds * 1000
      const stop = Math.min(until, complaint.until ?? Infinity)
      for (let at = Math.max(from, complaint.from) + random() * every; at <= stop; at += every * (0.5 + random()))
        say(at, pick(random, complaint.lines))
    }
  }
  return records
}

export const gatewayLogGroup = '/aws/apigateway/shop'

/** One request a second out of the many, as JSON: enough to count by status. */
export function gatewayLogs({ steps, seed }: Clockwork, figures: ShopFigures): RecordOf['cloudwatch/logs'][] {
  const random = randomOf(seed, 'gateway')
  const paths = ['/', '/product', '/cart', '/checkout'] as const
  return steps.flatMap((step, i) => {
    const { errorPercent, p50Seconds } = figures.ofService('frontend', i)
    return Array.from({ length: stepMillis / 1000 }, (_, second) => {
      const failed = random() * 100 < errorPercent
      const message = JSON.stringify({
        requestId: hex(random, 12),
        method: 'GET',
        path: pick(random, paths),
        status: failed ? 502 : 200,
        latencyMs: Math.round(p50Seconds * 1000 * (0.5 + random())),
      })
      return { at: step + second * 1000, group: gatewayLogGroup, stream: 'prod-1', message }
    })
  })
}

export const databaseLogGroup = `/aws/rds/instance/${database}/postgresql`

/** What the database notes of itself on a good day. */
export function databaseLogs({ start, end, seed }: Clockwork): RecordOf['cloudwatch/logs'][] {
  const random = randomOf(seed, 'log of the database')
  const records: RecordOf['cloudwatch/logs'][] = []
  for (let at = start + 30_000; at <= end; at += checkpointMillis)
    records.push(databaseLine(at, `LOG:  checkpoint complete: wrote ${Math.floor(200 + random() * 400)} buffers`))
  return records
}

export function databaseLine(at: Millis, message: string): RecordOf['cloudwatch/logs'] {
  return { at, group: databaseLogGroup, stream: `${database}.0`, message }
}

function filled(line: string, random: () => number): string {
  return line.replace(/[#%@]/g, sign => {
    if (sign === '@') return hex(random, 8)
    return String(Math.floor(1 + random() * (sign === '%' ? 9 : 900)))
  })
}
