// What Slack would be sent about an incident, for the page that draws it: each message, form and tab with its blocks. Nothing is posted.
import express from 'express'
import type { Router } from 'express'
import type { HomeView, KnownBlock, ModalView } from '@slack/types'
import { z } from 'zod'
import { openList } from '#bot/conversation.ts'
import { FORM_KINDS } from '#cards/card.ts'
import type { FormKind, Reader } from '#cards/card.ts'
import { chartPicture } from '#cards/chart-picture.ts'
import type { ChartPicture } from '#cards/chart-picture.ts'
import { formOf } from '#cards/form.ts'
import { cardOf } from '#cards/message-card.ts'
import { slackHome, slackMessage } from '#cards/slack.ts'
import { slackModal } from '#cards/slack/modal.ts'
import type { Answer } from '#incident/answer.ts'
import type { Message } from '#incident/chat.ts'
import { Fault } from '#incident/fault.ts'
import type { Incident } from '#incident/incident.ts'
import { SEVERITIES } from '#incident/signal.ts'
import type { Millis, Severity } from '#incident/signal.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { timeline } from '#incident/timeline.ts'
import type { TimelineItem } from '#incident/timeline.ts'
import { readerQuery } from './schemas.ts'

/** `text`: what the notification says. */
export type Drawn =
  | { name: string; kind: 'message'; blocks: KnownBlock[]; text: string }
  | { name: string; kind: 'modal'; view: ModalView }
  | { name: string; kind: 'home'; view: HomeView }

/** `pictures`: as data addresses, by the id of the file that a block names. */
export type SlackPreview = { incident: string; others: string[]; drawn: Drawn[]; pictures: Record<string, string> }

const query = readerQuery.extend({ incident: z.string().max(40).optional() })

export type PreviewGiven = {
  store: IncidentStore
  clock: () => Millis
  status: () => Promise<Message & { kind: 'status' }>
}

/**
 * `GET /preview/slack?incident=INC-1&zone=Europe/Berlin`; without an incident the newest one. To be mounted within the
 * REST router, which turns the Faults it throws into answers.
 */
export function previewRouter(given: PreviewGiven): Router {
  const router = express.Router()
  router.get('/preview/slack', async (request, response) => {
    const { data, error } = query.safeParse(request.query)
    if (!data) throw new Fault('validation', z.prettifyError(error))
    response.json(await preview(given, data.incident, { now: given.clock(), zone: data.zone }))
  })
  return router
}

const MOST_OTHERS = 20

async function preview(
  { store, status }: PreviewGiven,
  wanted: string | undefined,
  reader: Reader,
): Promise<SlackPreview> {
  const others = await store.list({ limit: MOST_OTHERS })
  const id = wanted ?? others[0]
  if (id === undefined) throw new Fault('not_found', 'There is no incident yet, so there is nothing to draw.')
  const incident = await readIncident(store, id)
  const list = await openList(store)
  const picture = await chartPicture(incident, reader)
  const messages = messagesAbout(incident, list, timeline(await store.read(id)))
  const home = [await status(), list, { kind: 'help' } as const].map(message => cardOf(message, reader))
  return {
    incident: id,
    others,
    drawn: [
      ...messages.map(([name, message]) => drawMessage(name, message, reader, picture)),
      ...FORM_KINDS.map(form => drawForm(form, incident, list.incidents, reader)),
      { name: 'App Home', kind: 'home', view: slackHome(home) },
    ],
    pictures: picture ? { [PICTURE]: `data:image/png;base64,${Buffer.from(picture.png).toString('base64')}` } : {},
  }
}

const PICTURE = 'chart'

function drawMessage(name: string, message: Message, reader: Reader, picture: ChartPicture | undefined): Drawn {
  const shown = message.kind === 'incident' && picture ? { picture: { file: PICTURE, alt: picture.alt } } : {}
  return { name, kind: 'message', ...slackMessage(cardOf(message, reader), shown) }
}

function drawForm(form: FormKind, incident: Incident, open: Incident[], reader: Reader): Drawn {
  const drawn = formOf(form, incident.id, { incident, open, reader })
  return { name: drawn.title, kind: 'modal', view: slackModal(drawn, '') }
}

type List = Message & { kind: 'list' }

/** What a thread would hold, in the order it would be said, and what is said of several incidents. */
function messagesAbout(incident: Incident, list: List, items: TimelineItem[]): [string, Message][] {
  const remedy = incident.remedies.find(({ call }) => call !== undefined)
  const { question, answer } = incident.answers.at(-1) ?? whyOf(incident)
  return [
    [incident.phase === 'resolved' ? 'Resolved' : 'Incident', { kind: 'incident', incident }],
    ['Details', { kind: 'details', incident }],
    ...(remedy ? [['Before a press', { kind: 'preview', incident, remedy }] satisfies [string, Message]] : []),
    ['Answer', { kind: 'answer', question, answer, incident }],
    ['Post-mortem', { kind: 'postmortem', incident, timeline: items }],
    ['Digest of a storm', digestOf(list, incident)],
    ['For who joins late', { ...list, late: true }],
    ['Help', { kind: 'help' }],
  ]
}

/** Before anybody asked: what the record itself says. */
function whyOf({ title, rootCauses }: Incident): { question: string; answer: Answer } {
  const claims = rootCauses[0]?.reasons ?? []
  return { question: 'Why do you think so?', answer: { answer: title, claims, unknown: [], model: null } }
}

function digestOf({ incidents }: List, { openedAt }: Incident): Message {
  const counts = SEVERITIES.map(severity => [severity, incidents.filter(each => each.severity === severity).length])
  const open = Object.fromEntries(counts) as Partial<Record<Severity, number>>
  return { kind: 'digest', key: 'digest', worst: incidents, open, resolved: 0, since: openedAt }
}
