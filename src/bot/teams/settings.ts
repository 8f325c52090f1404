// What the Teams adapter is told: its credentials and places, and what it may ask of the house.
import type { Incident } from '#incident/incident.ts'
import type { Person } from '#incident/remedy.ts'
import type { Route } from '../route.ts'

export type TeamsSettings = {
  clientId: string
  clientSecret: string
  tenantId: string
  /** Conversation id, 19:…@thread.tacv2. */
  channel: string
  /** Group id of the channel's team; without it our own messages cannot be looked for. */
  team?: string
  serviceUrl: string
  routes: Route[]
}

export type TeamsLooks = {
  /** Whether some rule would ever take this person's yes: whom to show buttons that approve. The gate decides again. */
  mayApprove(person: Person): boolean
  /** Open incidents, last opened first: what an incident could be merged into. */
  open(): Promise<Incident[]>
}

/** Where Microsoft's services are: another one for national clouds and for tests. */
export type Cloud = {
  loginEndpoint: string
  /** Where the keys are that sign what we are sent. */
  openIdMetadataUrl: string
  /** Ends in /.default; its origin is Graph's. */
  graphScope: string
}
