// The chart of an incident as a picture. Chats are handed what draws it, and only send it.
import type { ChartPicture } from '#cards/chart-picture.ts'
import type { Incident } from '#incident/incident.ts'

export type Picture = Pick<ChartPicture, 'png' | 'alt'>

/** Undefined where no series shows the incident. */
export type DrawPicture = (incident: Incident) => Promise<Picture | undefined>
