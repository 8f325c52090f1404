// What Slack would make of a payload, by its reference pages: what in it is live, and which of its limits it breaks.
import { clean } from '#incident/clean.ts'
import { SLACK_LIMITS } from '#cards/slack/limits.ts'

type Payload = { blocks: readonly unknown[]; text: string }
type Node = Record<string, unknown>

const INERT = new Set(
  'rich_text rich_text_section rich_text_list rich_text_preformatted text date link plain_text actions button static_select multi_static_select plain_text_input input context context_actions feedback_buttons image divider header'.split(
    ' ',
  ),
)
const NAMES = ['Kubernetes', 'Sentry', 'CloudWatch', 'Grafana']

/** One sentence for everything that would be more than text; links of evidence, with our own words on them, are ours. */
export function liveIn({ blocks, text }: Payload): string[] {
  return [...nodesOf(blocks).flatMap(liveNode), ...liveText(text)]
}

function liveNode(node: Node): string[] {
  const type = String(node['type'] ?? '')
  if (type !== '' && !INERT.has(type)) return [`an element of type ${type}`]
  if ('image_url' in node) return ['an image from an address']
  if (type === 'link') {
    const isOurs = /^https?:\/\/[^\s<>|]+$/.test(String(node['url'])) && NAMES.includes(String(node['text']))
    return isOurs ? [] : [`a link to ${String(node['url'])}`]
  }
  if ('url' in node) return [`an address in ${type}`]
  if (type === 'plain_text' && node['emoji'] !== false) return ['a label with emoji']
  const texts = [node['text'], node['alt_text'], node['fallback']].filter(each => typeof each === 'string')
  return texts.flatMap(each => (clean(each) === each ? [] : [`unseen characters in ${JSON.stringify(each)}`]))
}

/** As mrkdwn is read, https://docs.slack.dev/messaging/formatting-message-text */
const LIVE_TEXT: readonly [what: string, RegExp][] = [
  ['an entity of Slack', /[<>]|&(?!amp;|lt;|gt;)/],
  ['a mention', /(?:^|\W)[@#][\w-]/],
  ['an address', /\w:\/\/|\bmailto:\w|\w\.(?:[a-z]{2,})\b/i],
  ['formatting', /[*~`]|(?:^|[^\p{L}\p{N}])_\S|\S_(?:$|[^\p{L}\p{N}])/u],
  ['an emoji', /(?<!\d):[\w+-]+:/],
]

function liveText(text: string): string[] {
  return LIVE_TEXT.flatMap(([what, pattern]) => (pattern.test(text) ? [`${what} in ${JSON.stringify(text)}`] : []))
}

/** One sentence for every limit that is broken. */
export function tooMuchIn(blocks: readonly unknown[], surface: 'message' | 'view'): string[] {
  const most = surface === 'message' ? SLACK_LIMITS.messageBlocks.most : SLACK_LIMITS.viewBlocks.most
  const bytes = Buffer.byteLength(JSON.stringify(blocks))
  return [
    ...(blocks.length > most || blocks.length === 0 ? [`${blocks.length} blocks`] : []),
    ...(surface === 'message' && bytes > SLACK_LIMITS.messageBytes.most ? [`${bytes} bytes`] : []),
    ...nodesOf(blocks).flatMap(brokenLimits),
  ]
}

type Length = { field: string; most: number }

const LENGTHS: Record<string, Length[]> = {
  button: [
    { field: 'text', most: 75 },
    { field: 'value', most: 2000 },
    { field: 'action_id', most: 255 },
  ],
  static_select: [
    { field: 'placeholder', most: 150 },
    { field: 'options', most: 100 },
  ],
  multi_static_select: [{ field: 'options', most: 100 }],
  option: [
    { field: 'text', most: 75 },
    { field: 'value', most: 150 },
  ],
  confirm: [
    { field: 'title', most: 100 },
    { field: 'text', most: 300 },
    { field: 'confirm', most: 30 },
    { field: 'deny', most: 30 },
  ],
  positive_button: [
    { field: 'text', most: 75 },
    { field: 'value', most: 2000 },
  ],
  actions: [{ field: 'elements', most: 25 }],
  context: [{ field: 'elements', most: 10 }],
  context_actions: [{ field: 'elements', most: 5 }],
  image: [
    { field: 'title', most: 2000 },
    { field: 'alt_text', most: 2000 },
  ],
  input: [
    { field: 'label', most: 2000 },
    { field: 'hint', most: 2000 },
  ],
  link: [
    { field: 'url', most: 3000 },
    { field: 'text', most: 3000 },
  ],
  text: [{ field: 'text', most: 3000 }],
  plain_text: [{ field: 'text', most: 3000 }],
  rich_text: [{ field: 'elements', most: Number.POSITIVE_INFINITY }],
  rich_text_section: [{ field: 'elements', most: Number.POSITIVE_INFINITY }],
  rich_text_list: [{ field: 'elements', most: Number.POSITIVE_INFINITY }],
  rich_text_preformatted: [{ field: 'elements', most: Number.POSITIVE_INFINITY }],
}

function brokenLimits(node: Node): string[] {
  const lengths = LENGTHS[kindOf(node)] ?? []
  return lengths.flatMap(({ field, most }) => {
    const length = lengthOf(node[field])
    return length === undefined || (length > 0 && length <= most) ? [] : [`${kindOf(node)}.${field} is ${length} long`]
  })
}

/** Options and dialogs have no type of their own. */
function kindOf(node: Node): string {
  if (typeof node['type'] === 'string') return node['type']
  if ('confirm' in node && 'deny' in node) return 'confirm'
  if ('accessibility_label' in node) return 'positive_button'
  return 'value' in node ? 'option' : ''
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  if (value !== null && typeof value === 'object' && 'text' in value) return lengthOf(value.text)
  return undefined
}

function nodesOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf)
  if (value === null || typeof value !== 'object') return []
  return [value as Node, ...Object.values(value).flatMap(nodesOf)]
}

/** Everything a person can read in blocks, in order. */
export function textOfBlocks(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOfBlocks).join('\n')
  if (typeof value !== 'object' || value === null) return ''
  const { type, elements, text, fallback } = value as Record<string, unknown>
  if (type === 'rich_text_section' || type === 'rich_text_preformatted') {
    return (elements as Record<string, unknown>[]).map(each => String(each['fallback'] ?? each['text'] ?? '')).join('')
  }
  const own = typeof text === 'string' ? text : typeof fallback === 'string' ? fallback : ''
  const below = Object.values(value).filter(each => typeof each === 'object')
  return [own, ...below.map(textOfBlocks)].filter(each => each !== '').join('\n')
}
