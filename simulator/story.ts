// A story: a recording that can take another turn. While nobody acts it goes as recorded;
// once a workload is in the state that cures the trouble, telemetry continues on `afterCure`.
import type { KubernetesObject, Millis, Recording } from './recording.ts'

export type PodFailure = { reason: string; message: string; exitCode: number; log: string[] }

export type Story = {
  recording: Recording
  /** What is seen from the cure on; covers at least the time after the trouble begins. Absent: nothing cures it. */
  afterCure?: Recording
  /** Asked of each Deployment, StatefulSet and DaemonSet whose rollout has just completed. */
  isCured?(workload: KubernetesObject): boolean
  /** Whether pods of this workload's template cannot run; asked by the controller for workloads that a client changed. */
  podFailure?(workload: KubernetesObject): PodFailure | undefined
}

export type Scenario = {
  name: string // as in `demo --scenario NAME`
  description: string // one sentence, what breaks and what cures it
  /** `now` is the moment the demo starts: normal life lies before it, the trouble begins shortly after it. Same arguments, same story. */
  tell(now: Millis, seed: number): Story
}
