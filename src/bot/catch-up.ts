// What somebody who joins late is told: what is open and talked about where they joined, and nothing of elsewhere.
import type { Message } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import type { ChatName } from '#incident/thread.ts'

type List = Message & { kind: 'list' }

const MOST_LISTED = 10

/** Undefined: nothing. */
export function catchUp(
  open: readonly Incident[],
  { chat, channel }: { chat: ChatName; channel: string },
): List | undefined {
  const here = open.filter(({ threads }) => threads.some(known => known.chat === chat && known.channel === channel))
  return here.length > 0 ? { ...listOf(here), late: true } : undefined
}

export function listOf(incidents: readonly Incident[]): List {
  const shown = incidents.slice(0, MOST_LISTED)
  return { kind: 'list', incidents: shown, more: incidents.length - shown.length }
}
