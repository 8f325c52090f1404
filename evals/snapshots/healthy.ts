// Clusters in which nothing is wrong though something looks odd: what was meant, what is over, what is the day's work.
import { oddClusters } from './healthy/cluster.ts'
import { healthyCasesOf } from './healthy/odd.ts'
import { oddWorkloads } from './healthy/workloads.ts'
import type { SnapshotCase } from './snapshot.ts'

export function healthyCases(): SnapshotCase[] {
  return healthyCasesOf([...oddWorkloads, ...oddClusters])
}
