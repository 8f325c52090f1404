// What in a message would come alive on somebody's screen: mentions, links, images, formatting. Slack's own parsing rules, read generously.
export type LiveText = { kind: 'mention' | 'link' | 'image' | 'formatting'; where: string; text: string }

/**
 * `text` of a message without blocks is parsed as mrkdwn; with blocks it is the notification, where mentions still count.
 * Plain text objects and text elements of rich text never come alive: https://docs.slack.dev/messaging/formatting-message-text
 */
export function liveTextOf(message: { text: string; blocks: readonly object[] }): LiveText[] {
  const ofText = parsed('text', message.text)
  return [
    ...(message.blocks.length === 0 ? ofText : ofText.filter(({ kind }) => kind === 'mention')),
    ...message.blocks.flatMap((block, i) => walk(block, `blocks[${i}]`)),
  ]
}

function walk(value: unknown, where: string): LiveText[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => walk(item, `${where}[${i}]`))
  if (typeof value !== 'object' || value === null) return []
  const part = value as Record<string, unknown>
  const inside = Object.entries(part).flatMap(([field, held]) => walk(held, `${where}.${field}`))
  return [...ofPart(part, where), ...inside]
}

function ofPart(part: Record<string, unknown>, where: string): LiveText[] {
  const text = typeof part['text'] === 'string' ? part['text'] : ''
  switch (part['type']) {
    case 'mrkdwn':
      return parsed(where, text, part['verbatim'] === true)
    case 'markdown':
      return [...parsed(where, text), ...markdown(where, text)]
    case 'user':
    case 'usergroup':
    case 'channel':
    case 'broadcast':
    case 'team':
      return [{ kind: 'mention', where, text: JSON.stringify(part) }]
    case 'link':
      return [{ kind: 'link', where, text: String(part['url']) }]
    case 'image':
      return [{ kind: 'image', where, text: String(part['image_url'] ?? JSON.stringify(part['slack_file'])) }]
    default:
      return []
  }
}

/** Angle brackets and asterisks of mrkdwn, and what Slack links on its own unless told `verbatim`. */
function parsed(where: string, text: string, verbatim = false): LiveText[] {
  return [
    ...found('mention', where, text, /<(?:[@#!])[^>]{1,200}>/g),
    ...found('link', where, text, /<(?:https?|mailto|tel):[^>]{1,2000}>/g),
    ...(verbatim
      ? []
      : found('link', where, text, /\b(?:https?:\/\/|www\.)\S+|\b[\w.-]{1,200}\.(?:com|net|org|io|dev)\b/g)),
    ...(verbatim ? [] : found('mention', where, text, /(?<!\w)@(?:here|channel|everyone)\b/g)),
    ...found('formatting', where, text, /(?<!\w)([*_~`])\S(?:[^\n]{0,200}\S)?\1(?!\w)|^>/gm),
  ]
}

function markdown(where: string, text: string): LiveText[] {
  return [
    ...found('image', where, text, /!\[[^\]]{0,200}\]\([^)]{1,2000}\)/g),
    ...found('link', where, text, /(?<!!)\[[^\]]{0,200}\]\([^)]{1,2000}\)/g),
  ]
}

function found(kind: LiveText['kind'], where: string, text: string, pattern: RegExp): LiveText[] {
  return Array.from(text.matchAll(pattern), ([match]) => ({ kind, where, text: match }))
}
