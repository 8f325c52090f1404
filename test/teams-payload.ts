// Looks at an Adaptive Card the way Teams would: what in it is alive, what is too much, what Microsoft's own parser says of it.
import { createRequire } from 'node:module'

// Its main file is a script for browsers; its types want a browser's too, so what is used of it is named here.
const library = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js') as {
  AdaptiveCard: new () => Parsed
  HostConfig: new (config: unknown) => unknown
  SerializationContext: new () => { eventCount: number; getEventAt(i: number): { message: string } }
}
type Parsed = {
  hostConfig: unknown
  parse(card: unknown, context: unknown): void
  validateProperties(): { validationEvents: Told[] }
}
type Told = { message: string }

/** What Microsoft's parser complains of: unknown elements, missing properties, bad values, ids used twice. */
export function complaintsAbout(card: unknown): string[] {
  const context = new library.SerializationContext()
  const parsed = new library.AdaptiveCard()
  parsed.hostConfig = new library.HostConfig({ actions: { maxActions: 30 } }) // it counts the overflow too, as Teams does not
  parsed.parse(card, context)
  const told = Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i))
  return [...told, ...parsed.validateProperties().validationEvents].map(({ message }) => message)
}

type Json = { [key: string]: unknown }

/** Strings that Teams would read as more than characters, or that hide something. */
export function liveIn(card: unknown): string[] {
  return objectsIn(card).flatMap(object => {
    const of = (...names: string[]) => names.map(name => object[name]).filter(value => typeof value === 'string')
    switch (object['type']) {
      case 'TextBlock': // reads markdown and functions: ours alone
        return of('text').filter(text => !OWN_CLOCK.test(text))
      case 'TextRun':
        return of('text').filter(isAlive)
      case 'Action.OpenUrl':
        return of('url').filter(url => !/^https?:\/\/[\x21-\x7e]+$/.test(url))
      case 'Image':
        return [
          ...of('url').filter(url => !/^data:image\/png;base64,[A-Za-z0-9+/=]+$/.test(url)),
          ...of('altText').filter(isAlive),
        ]
      case 'Input.Toggle': // its title reads markdown
        return of('title').filter(title => !/^\d+$/.test(title))
      case 'Input.ChoiceSet':
        return [...of('style').filter(style => style !== 'compact'), ...of('label', 'placeholder').filter(isAlive)]
      case 'FactSet':
      case 'Media':
      case 'mention':
        return [JSON.stringify(object)]
      default:
        return of('title', 'label', 'placeholder', 'fallbackText').filter(isAlive)
    }
  })
}

const MOMENT = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`
const OWN_CLOCK = new RegExp(
  String.raw`^[\d\w :]{5,20} above is (\{\{DATE\(${MOMENT}, SHORT\)\}\} )?\{\{TIME\(${MOMENT}\)\}\} on your clock\.$`,
)

/** Functions, and characters that hide or move others; markdown and mentions are only text where this is asked. */
function isAlive(text: string): boolean {
  return /\{\{/.test(text) || /[\p{Cc}\p{Cf}\p{Co}]/u.test(text.replace(/[\n\t]/g, ''))
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages and what lies around it. */
export function tooMuchIn(card: Json): string[] {
  const refresh = (card['refresh'] ?? {}) as { userIds?: string[] }
  const bare = JSON.stringify(card).replace(/"data:image[^"]*"/g, '""')
  const shown = objectsIn(card).map(({ actions }) => (Array.isArray(actions) ? (actions as Json[]) : []))
  return [
    ...(2 * bare.length > 28 * 1024 ? [`${2 * bare.length} bytes in UTF-16`] : []),
    ...(Buffer.byteLength(JSON.stringify(card)) > 40 * 1024 ? ['more than 40 KB with its picture'] : []),
    ...((refresh.userIds ?? []).length > 60 ? [`refreshed for ${refresh.userIds?.length}`] : []),
    ...(shown.some(actions => actions.filter(({ mode }) => mode !== 'secondary').length > 6) ? ['seven buttons'] : []),
  ]
}

/** Everything that is an object in it, `data` of ours left out. */
function objectsIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn)
  if (typeof value !== 'object' || value === null) return []
  const below = Object.entries(value).filter(([name]) => name !== 'data')
  return [value as Json, ...below.flatMap(([, each]) => objectsIn(each))]
}
