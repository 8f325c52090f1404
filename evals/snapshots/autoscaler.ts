// What the autoscaler's controller writes of itself: conditions of a HorizontalPodAutoscaler, in its words.
import type { Millis } from '../../simulator/recording.ts'
import type { Condition } from './kinds.ts'
import { condition } from './settle.ts'

const LIMITS = {
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
} as const

/** It measures, and would go beyond one of its bounds. */
export function atLimit(limit: keyof typeof LIMITS, at: Millis): Condition[] {
  return [
    condition('AbleToScale', true, 'ReadyForNewScale', 'recommended size matches current size', at),
    condition(
      'ScalingActive',
      true,
      'ValidMetricFound',
      'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      at,
    ),
    condition('ScalingLimited', true, limit, LIMITS[limit], at),
  ]
}

/** It has no figures to go by. */
export function withoutFigures(why: string, since: Millis): Condition[] {
  return [
    condition(
      'AbleToScale',
      true,
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
      since,
    ),
    condition(
      'ScalingActive',
      false,
      'FailedGetResourceMetric',
      `the HPA was unable to compute the replica count: ${why}`,
      since,
    ),
  ]
}
