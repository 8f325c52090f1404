// The cluster at this moment: recorded changes and what controllers do, in order of time, up to now.
import type { Cloud } from '../cloud.ts'
import { openCatalogue, type Catalogue } from './catalogue.ts'
import { openControllers, type Controllers } from './controllers.ts'
import { endpointsOf } from './endpoints.ts'
import { openLogs, type Logs } from './logs.ts'
import type { StoredObject } from './objects.ts'
import { ensureNamespace, openScript } from './script.ts'
import { openStore, type Store } from './store.ts'

export type Cluster = {
  cloud: Cloud
  catalogue: Catalogue
  store: Store
  logs: Logs
  controllers: Controllers
  /** Plays everything that has happened since the last call. */
  bringUpToDate(): void
  /** To be called before a client's write to this object is kept: from here on it is off the script. */
  claim(object: StoredObject): void
}

export function openCluster(cloud: Cloud): Cluster {
  const store = openStore()
  const catalogue = openCatalogue(cloud.story)
  const script = openScript(cloud, store, catalogue)
  const logs = openLogs(cloud)
  const controllers = openControllers({ cloud, store, catalogue, log: logs.write, cured })
  ensureNamespace(store, 'default', cloud.story.recording.start)

  return {
    cloud,
    catalogue,
    store,
    logs,
    controllers,
    bringUpToDate() {
      const now = cloud.now()
      for (;;) {
        const recorded = script.nextAt() ?? Infinity
        const due = controllers.nextAt() ?? Infinity
        if (Math.min(recorded, due) > now) return
        if (recorded <= due) script.playNext()
        else controllers.runNext()
      }
    },
    claim(object) {
      const workload = controllers.takeOver(object, cloud.now())
      script.leave(workload)
      script.leave(object)
      for (const { object: answers } of endpointsOf(store, workload)) script.leave(answers)
    },
  }

  function cured(at: number): void {
    if (cloud.curedAt() !== undefined) return
    cloud.cure(at)
    if (cloud.curedAt() !== undefined) script.turn(at)
  }
}
