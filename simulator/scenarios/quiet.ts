// Nothing is wrong: spikes of one step, warnings, a batch pod that is restarted once, a rollout that goes well.
import { connectionsAlarm, serverErrorsAlarm } from '../shop/alarms.ts'
import { inOrder, revision, tellChapter } from '../shop/chapter.ts'
import { pick, randomOf } from '../shop/random.ts'
import { podsReplaced, rollout } from '../shop/rollout.ts'
import { serviceNamed, services, type ServiceName } from '../shop/services.ts'
import { clockwork, stepMillis, type Clockwork, type Disturbance } from '../shop/story-line.ts'
import type { Scenario } from '../story.ts'

const catalogue = serviceNamed('catalogue')
const newVersion = 'v1.15'

export const quiet: Scenario = {
  name: 'quiet',
  description:
    'Nothing is wrong: noise, warnings, a batch pod restarted once and a rollout of catalogue that goes well.',
  tell(now, seed) {
    const clock = clockwork(now, seed)
    const rolledOutAt = clock.now + 60_000
    const fresh = revision(catalogue, 3, newVersion, rolledOutAt, clock)
    const { leaving, coming } = podsReplaced(catalogue, fresh, clock)
    const recording = tellChapter('quiet', clock, {
      pods: [...leaving, ...coming],
      disturbances: spikes(clock),
      alarms: [serverErrorsAlarm('frontend'), serverErrorsAlarm('checkout'), connectionsAlarm()],
      alerts: [{ service: 'checkout' }, { service: 'frontend' }],
      batchFailsOnce: clock.now,
    })
    const { records } = recording
    records['kubernetes/objects'].push(...rollout(catalogue, fresh, clock))
    records['sentry/releases'].push({ at: rolledOutAt, project: 'catalogue', version: `catalogue@${newVersion}` })
    records['grafana/annotations'].push({
      at: rolledOutAt,
      text: `Deployed catalogue ${newVersion} (build 977)`,
      tags: ['deploy', 'service:catalogue', `version:${newVersion}`],
    })
    return { recording: inOrder(recording) }
  },
}

/** Every few minutes some service is slow for one step: what a garbage collection or a cold cache looks like. */
function spikes({ start, end, seed }: Clockwork): Disturbance[] {
  const random = randomOf(seed, 'spikes')
  const names = services.filter(service => service.replicas > 0).map(service => service.name)
  const [first = 'frontend', ...others] = names
  const found: Disturbance[] = []
  for (let at = start + 12 * stepMillis; at < end; at += stepMillis * Math.round(25 + random() * 30)) {
    const service: ServiceName = pick(random, [first, ...others])
    found.push({ service, from: at, until: at, latencyFactor: 2 + 2 * random() })
  }
  return found
}
