// What Teams refuses in an activity: too large, a card it cannot draw. Says the first trouble in words.
import type { Json } from './rooms.ts'

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages: kept under 40 KB. */
const MOST_BYTES = 40 * 1024
/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views */
const MOST_USERS = 60

const ELEMENTS = new Set([
  'AdaptiveCard',
  'TextBlock',
  'RichTextBlock',
  'TextRun',
  'Image',
  'ImageSet',
  'Container',
  'ColumnSet',
  'Column',
  'FactSet',
  'ActionSet',
  'Table',
  'TableRow',
  'TableCell',
  'CodeBlock',
  'Badge',
  'Icon',
  'ProgressBar',
  'Input.Text',
  'Input.ChoiceSet',
  'Input.Toggle',
  'Input.Number',
  'Input.Date',
  'Input.Time',
  'Action.Execute',
  'Action.Submit',
  'Action.OpenUrl',
  'Action.ShowCard',
  'Action.ToggleVisibility',
])

/** Undefined: it is taken. */
export function troubleIn(activity: Json): { status: number; code: string; message: string } | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(activity))
  if (bytes > MOST_BYTES)
    return { status: 413, code: 'MessageSizeTooBig', message: `Message size too large: ${bytes} bytes` }
  const said = activity['text'] ?? activity['summary']
  const attachments = (activity['attachments'] ?? []) as Json[]
  if (activity['type'] === 'message' && !said && attachments.length === 0) return bad('Activity is empty')
  for (const { contentType, content } of attachments) {
    const trouble = contentType === CARD ? troubleInCard(content as Json) : `unknown contentType ${String(contentType)}`
    if (trouble !== undefined) return bad(trouble)
  }
  return undefined
}

export const CARD = 'application/vnd.microsoft.card.adaptive'

export function troubleInCard(card: Json): string | undefined {
  if (card['type'] !== 'AdaptiveCard') return `expected an AdaptiveCard, got ${String(card['type'])}`
  if (!['1.2', '1.3', '1.4', '1.5'].includes(String(card['version']))) return `card version ${String(card['version'])}`
  const { userIds = [] } = (card['refresh'] ?? {}) as { userIds?: string[] }
  if (userIds.length > MOST_USERS) return `refresh.userIds holds ${userIds.length}, at most ${MOST_USERS}`
  const ids = new Set<string>()
  return troubleBelow(card, ids)
}

/** Places whose objects are data of ours, not elements. */
const OPAQUE = new Set(['data', 'msteams', 'fallback'])

function troubleBelow(value: unknown, ids: Set<string>): string | undefined {
  if (Array.isArray(value)) return first(value, each => troubleBelow(each, ids))
  if (typeof value !== 'object' || value === null) return undefined
  const { type, id } = value as Json
  if (typeof type === 'string' && !ELEMENTS.has(type)) return `unknown element ${type}`
  if (typeof id === 'string' && ids.has(id)) return `id ${id} is used twice`
  if (typeof id === 'string') ids.add(id)
  return first(Object.entries(value), ([key, below]) => (OPAQUE.has(key) ? undefined : troubleBelow(below, ids)))
}

function first<T>(values: T[], trouble: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = trouble(value)
    if (found !== undefined) return found
  }
  return undefined
}

function bad(message: string): { status: number; code: string; message: string } {
  return { status: 400, code: 'BadSyntax', message }
}
