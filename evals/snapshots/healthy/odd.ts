// How a healthy but odd-looking cluster is written down: an application, and what looks odd in it.
import { chat, type Application } from '../application.ts'
import { applications, type ApplicationName } from '../apps/index.ts'
import { finished } from '../fault.ts'
import { live } from '../noise.ts'
import type { SnapshotCase } from '../snapshot.ts'

export type Odd = {
  name: string
  in: ApplicationName[]
  /** What it looks at: left alone by the noise of the day. */
  leave: string[]
  make: (app: Application) => void
}

export function healthyCasesOf(odds: readonly Odd[]): SnapshotCase[] {
  return odds.flatMap(({ name: oddName, in: places, leave, make }) =>
    places.map(place => {
      const title = `${oddName}-in-${place}`
      const app = applications[place](title)
      live(app, leave)
      make(app)
      chat(app)
      return { ...finished(app.world, title), category: 'healthy', truth: undefined }
    }),
  )
}
