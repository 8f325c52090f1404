// The chats a configuration asks for: the web always, Slack and Teams where they are set; and the conversation they share.
import type { Router } from 'express'
import type { Check } from '#bot/check.ts'
import { createConversation, status } from '#bot/conversation.ts'
import type { Conversation } from '#bot/conversation.ts'
import { createSlackChat } from '#bot/slack.ts'
import { createTeamsChat } from '#bot/teams.ts'
import { chartPicture } from '#cards/chart-picture.ts'
import type { Chat, Message } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import { mayApprove } from '#incident/policy.ts'
import type { Person } from '#incident/remedy.ts'
import { openIncidents } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Config } from './config.ts'
import type { House, Surroundings } from './main.ts'

/** What a chat may look up by itself, to show more than it was told. */
type Looks = {
  open(): Promise<Incident[]>
  status(): Promise<Message & { kind: 'status' }>
  mayApprove(person: Person): boolean
}

const MOST_OPEN = 200 // a menu of Slack holds 100

/** A chat of a platform: it listens too. */
export type PlatformChat = Chat & {
  /** Where the platform calls us, when it does. */
  router?: Router
  begin(conversation: Conversation, looks: Looks): Promise<void>
  check(): Promise<Check[]>
  close(): Promise<void>
}

export function openPlatforms(config: Config, store: IncidentStore, given: Surroundings): PlatformChat[] {
  const { slack, teams } = config.chats
  const picture = (incident: Incident) => chartPicture(incident, { now: given.clock(), zone: 'UTC' })
  return [
    ...(slack ? [createSlackChat({ settings: slack, store, picture, ...given })] : []),
    ...(teams ? [createTeamsChat({ settings: teams, store, picture, ...given })] : []),
  ]
}

/** From now on people are listened to. A platform that cannot be reached is tried again by its own; nothing waits for it. */
export async function converse(
  platforms: readonly PlatformChat[],
  { house, config, since }: { house: House; config: Config; since: number },
  given: Surroundings,
): Promise<void> {
  const { store, respond } = house
  const about = {
    store,
    health: () => house.watch.health(),
    everyMillis: config.watch.every,
    maintenance: house.maintenance,
    since,
  }
  const conversation = createConversation({ ...given, ...about, respond })
  const looks: Looks = {
    open: () => openIncidents(store, MOST_OPEN),
    status: () => status(about),
    mayApprove: person => mayApprove(house.policy(), person),
  }
  await Promise.all(platforms.map(platform => platform.begin(conversation, looks)))
}
