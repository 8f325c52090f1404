// The six applications, by name. Each is made afresh from a seed, so that a fault can change it as it likes.
import type { Application } from '../application.ts'
import { beacon } from './beacon.ts'
import { courier } from './courier.ts'
import { foundry } from './foundry.ts'
import { larder } from './larder.ts'
import { ledgerly } from './ledgerly.ts'
import { tidal } from './tidal.ts'

export const applications = { larder, tidal, foundry, ledgerly, beacon, courier } satisfies Record<
  string,
  (seed: string) => Application
>
export type ApplicationName = keyof typeof applications
