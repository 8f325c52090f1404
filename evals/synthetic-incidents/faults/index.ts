// Every fault that can strike a made application.
import type { Fault } from '../fault.ts'
import { badRelease, badSetting, crashingRelease, scaledDown } from './changes.ts'
import { expiredCertificate, outsideDown, slowDatabase, slowWay, stuckWorker } from './dependencies.ts'
import { busyNode, lostNode, memoryLeak, slowDrift } from './resources.ts'

export const faults: readonly Fault[] = [
  badRelease,
  crashingRelease,
  badSetting,
  scaledDown,
  memoryLeak,
  busyNode,
  lostNode,
  slowDrift,
  slowDatabase,
  outsideDown,
  slowWay,
  expiredCertificate,
  stuckWorker,
]
