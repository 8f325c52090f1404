// Every case of the set: each category's faults, in each application they are put into, and the healthy ones.
import { configurationCases } from './faults/configuration.ts'
import { controlPlaneCases } from './faults/control-plane.ts'
import { imageCases } from './faults/image.ts'
import { limitsCases } from './faults/limits.ts'
import { networkCases } from './faults/network.ts'
import { outsideCases } from './faults/outside.ts'
import { rolloutCases } from './faults/rollout.ts'
import { runCases } from './faults/run.ts'
import { schedulingCases } from './faults/scheduling.ts'
import { secondControlPlaneCases } from './faults/second/control-plane.ts'
import { secondImageCases } from './faults/second/image.ts'
import { secondNetworkCases } from './faults/second/network.ts'
import { secondRunCases } from './faults/second/run.ts'
import { secondSchedulingCases } from './faults/second/scheduling.ts'
import { secondStartCases } from './faults/second/start.ts'
import { startCases } from './faults/start.ts'
import { storageCases } from './faults/storage.ts'
import { timeCases } from './faults/time-and-certificates.ts'
import { healthyCases } from './healthy.ts'
import type { SnapshotCase } from './snapshot.ts'

/** Made afresh at each call, the same every time. */
export function snapshotCases(): SnapshotCase[] {
  return [
    ...schedulingCases(),
    ...secondSchedulingCases(),
    ...imageCases(),
    ...secondImageCases(),
    ...startCases(),
    ...secondStartCases(),
    ...runCases(),
    ...secondRunCases(),
    ...networkCases(),
    ...secondNetworkCases(),
    ...controlPlaneCases(),
    ...secondControlPlaneCases(),
    ...storageCases(),
    ...limitsCases(),
    ...rolloutCases(),
    ...configurationCases(),
    ...timeCases(),
    ...outsideCases(),
    ...healthyCases(),
  ]
}
