// The REST calls of the page. Reads throw a sentence that can be shown; a press always comes back as a reply in words.
import type { Filled, Form } from '#cards/form.ts'
import type { Complaint } from '#incident/incident.ts'
import type { AnswerView, ReplyView } from './wire.ts'

/** In the reader's zone, where the server writes times. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

export const paths = {
  status: '/api/v1/status',
  incidents: '/api/v1/incidents?limit=50',
  settings: `/api/v1/settings/card?zone=${encodeURIComponent(zone)}`,
  events: '/api/v1/events',
  form: (form: string, about: string) =>
    `/api/v1/forms/${form}?about=${encodeURIComponent(about)}&zone=${encodeURIComponent(zone)}`,
  incident: (id: string) => `/api/v1/incidents/${encodeURIComponent(id)}`,
  card: (id: string) => `${paths.incident(id)}/card?zone=${encodeURIComponent(zone)}`,
  chart: (id: string) => `${paths.incident(id)}/chart?zone=${encodeURIComponent(zone)}`,
  postmortem: (id: string) => `${paths.incident(id)}/postmortem`,
  timeline: (id: string) => `${paths.incident(id)}/timeline`,
}

/** Undefined for what is not there (404). */
export async function read<T>(path: string, signal: AbortSignal): Promise<T | undefined> {
  const response = await fetch(path, { signal, headers: { accept: 'application/json' } }).catch(unreached)
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(await faultOf(response))
  return (await response.json()) as T
}

export type PressKind = 'preview' | 'approve' | 'deny' | 'undo'

/** `reason`: why not, where it is denied. */
export function press(remedy: string, kind: PressKind, reason?: string): Promise<ReplyView> {
  const path = `/api/v1/remediations/${encodeURIComponent(remedy)}/${kind}`
  return reply(path, kind === 'preview' ? UNCHANGED : UNKNOWN, reason ? { reason } : {})
}

/** What people say of an incident as a whole. */
export type Saying =
  | { kind: 'acknowledge' | 'resolve' | 'look' | 'unmute' | 'unknown' | 'raise' | 'leave' | 'lower' }
  | { kind: 'known'; reason: string; ticket?: string; days?: number }
  | { kind: 'mute'; minutes: number }
  | { kind: 'split'; signalIds: string[] }
  | { kind: 'merge'; into: string }
  | { kind: 'feedback'; helpful: boolean; why?: Complaint }

export async function say(incident: string, { kind, ...body }: Saying): Promise<ReplyView> {
  const answer = await reply(`${paths.incident(incident)}/${kind}`, UNKNOWN, body)
  return answer.result === 'done' ? { result: 'done', text: SAID[kind] } : answer
}

const SAID: Record<Saying['kind'], string> = {
  acknowledge: 'Noted: you are looking at it.',
  resolve: 'Closed.',
  look: 'Looked: the answers stand below. Nothing was changed.',
  mute: 'Muted: nothing new is posted about it, and it goes on being watched.',
  unmute: 'Unmuted: it is posted about again.',
  known: 'Known: when it comes again and is no worse, it is posted to nobody.',
  unknown: 'Taken back: it is posted about when it comes again.',
  split: 'Split off: the new incident is in the list.',
  merge: 'Merged: it goes on in the other.',
  feedback: 'Noted.',
  raise: 'Raised by half. It stands among the settings, where it can be taken back.',
  leave: 'Left as it is.',
  lower: 'Taken back: the threshold is as it was.',
}

/** A service that was muted is posted about again. */
export function unmute(service: string): Promise<ReplyView> {
  return reply(`/api/v1/services/${encodeURIComponent(service)}/unmute`, UNKNOWN, {})
}

/** What a form asks for once it is filled in. */
export async function submit({ form, about }: Pick<Form, 'form' | 'about'>, filled: Filled): Promise<ReplyView> {
  switch (form) {
    case 'deny':
      return press(about, 'deny', text(filled['reason']))
    case 'split':
      return say(about, { kind: 'split', signalIds: [filled['signals'] ?? []].flat() })
    case 'known':
      return say(about, {
        kind: 'known',
        reason: text(filled['reason']),
        ...(filled['ticket'] && { ticket: text(filled['ticket']) }),
        ...(filled['days'] && { days: Number(text(filled['days'])) }),
      })
    case 'merge':
      return say(about, { kind: 'merge', into: text(filled['into']) })
    case 'declare': {
      const answer = await reply('/api/v1/incidents', UNKNOWN, filled)
      return answer.result === 'done' ? { result: 'done', text: 'Declared: it is in the list.' } : answer
    }
  }
}

function text(value: string | string[] = ''): string {
  return [value].flat().join().trim()
}

export async function ask(question: string, incidentId?: string): Promise<AnswerView> {
  const response = await post('/api/v1/ask', { question, incidentId }).catch(unreached)
  if (!response.ok) throw new Error(await faultOf(response))
  return (await response.json()) as AnswerView
}

function unreached(): never {
  throw new Error('the server cannot be reached.')
}

const UNKNOWN =
  'The server could not be reached, so it is not known whether this was done. The card will say; look before you press again.'
const UNCHANGED = 'The server could not be reached. Nothing was changed.'

async function reply(path: string, unreachedWords: string, sent: object): Promise<ReplyView> {
  try {
    const response = await post(path, sent)
    const body = (await response.json()) as Partial<ReplyView> & { message?: string; details?: Partial<ReplyView> }
    if (response.ok) return { result: body.result ?? 'done', text: body.text ?? '', remedy: body.remedy }
    return {
      result: body.details?.result ?? 'failed',
      text: body.message ?? said(response),
      remedy: body.remedy,
    }
  } catch {
    return { result: 'failed', text: unreachedWords }
  }
}

function post(path: string, body: object): Promise<Response> {
  return fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

async function faultOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined)
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined
  return typeof message === 'string' ? message : said(response)
}

function said({ status }: Response): string {
  return `The server answered ${status}, which this page did not expect; its log says why.`
}
