// Whoever takes the customers' money fails: payments can take none, and nothing in the cluster is to blame or can mend it.
import { firesAfter, serverErrorsAlarm } from '../shop/alarms.ts'
import { inOrder, tellChapter } from '../shop/chapter.ts'
import { issueEvents } from '../shop/sentry-account.ts'
import { cardProcessor, serviceNamed } from '../shop/services.ts'
import { clockwork, stepMillis, type Disturbance } from '../shop/story-line.ts'
import type { Scenario } from '../story.ts'

const payments = serviceNamed('payments')
const lastsMillis = 4 * 60_000
const refusal = `POST https://${cardProcessor}/v2/charges failed: 503 Service Unavailable`

export const cardProcessorDown: Scenario = {
  name: 'card-processor-down',
  description: `${cardProcessor}, which takes the customers' money, fails for ${lastsMillis / 60_000} minutes: there is nothing to do but to know.`,
  tell(now, seed) {
    const clock = clockwork(now, seed)
    const onset = clock.now + 2 * stepMillis
    const until = onset + lastsMillis
    const spikeAt = clock.now - 18 * 60_000
    const noise: Disturbance = { service: 'cart', from: spikeAt, until: spikeAt, latencyFactor: 3 }
    const recording = tellChapter('card-processor-down', clock, {
      disturbances: [
        noise,
        { service: 'payments', from: onset, until, errorPercent: 71, latencyFactor: 9 },
        { service: 'checkout', from: onset, until, errorPercent: 38, latencyFactor: 3 },
        { service: 'frontend', from: onset + stepMillis, until, errorPercent: 10, latencyFactor: 1.6 },
      ],
      complaints: [
        {
          service: 'payments',
          from: onset,
          until,
          everySeconds: 3,
          lines: [`ERROR ${refusal}`, `ERROR POST https://${cardProcessor}/v2/charges failed: timed out after 5000 ms`],
        },
        {
          service: 'checkout',
          from: onset,
          until,
          everySeconds: 6,
          lines: ['ERROR payment for checkout @ failed: payments answered 502'],
        },
      ],
      alarms: [
        serverErrorsAlarm('frontend', firesAfter(onset), firesAfter(until)),
        serverErrorsAlarm('checkout', firesAfter(onset), firesAfter(until)),
      ],
      alerts: [
        { service: 'payments', fires: firesAfter(onset), ends: firesAfter(until) },
        { service: 'checkout', fires: firesAfter(onset), ends: firesAfter(until) },
      ],
    })
    recording.records['sentry/events'].push(
      ...issueEvents(clock, {
        id: '5501',
        service: payments,
        release: `payments@${payments.version}`,
        title: `GatewayError: ${cardProcessor} answered 503 Service Unavailable`,
        culprit: 'charge(gateway)',
        from: onset,
        until,
        everySeconds: 2,
      }),
    )
    return { recording: inOrder(recording) }
  },
}
