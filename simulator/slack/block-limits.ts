// What Slack refuses in blocks, as its reference states it: https://docs.slack.dev/reference/block-kit. A problem is a sentence.
import type { Block } from './workspace.ts'

/** Problems of a message's blocks; none: Slack takes them. */
export function blockProblems(blocks: readonly Block[], most = 50): string[] {
  if (blocks.length > most) return [`no more than ${most} blocks allowed, got ${blocks.length}`]
  const ids = blocks.flatMap(({ block_id }) => (typeof block_id === 'string' ? [block_id] : []))
  return [
    ...(new Set(ids).size < ids.length ? ['block_id must be unique'] : []),
    ...actionIdProblems(blocks),
    ...blocks.flatMap((block, i) => partProblems(block, `blocks[${i}]`, BLOCKS)),
  ]
}

/** Problems of a modal or a home tab. */
export function viewProblems(view: Block): string[] {
  const blocks = Array.isArray(view['blocks']) ? (view['blocks'] as Block[]) : []
  const lengths = (['title', 'submit', 'close'] as const).flatMap(field => tooLong(view[field], 24, `view.${field}`))
  const metadata = tooLong(view['private_metadata'], 3000, 'view.private_metadata')
  const title = view.type === 'modal' && !isText(view['title']) ? ['a modal needs a title'] : []
  const hasInput = blocks.some(({ type }) => type === 'input')
  const submit =
    view.type === 'modal' && hasInput && !isText(view['submit']) ? ['a modal with inputs needs a submit'] : []
  return [...title, ...submit, ...lengths, ...metadata, ...blockProblems(blocks, 100)]
}

/** Limits of the fields of one kind of part: `text` longest text, `items` of a list [fewest, most]. */
type Limits = { text?: Record<string, number>; items?: Record<string, [number, number]>; needs?: string[] }

const BLOCKS: Record<string, Limits> = {
  actions: { items: { elements: [1, 25] }, needs: ['elements'] },
  alert: { text: { text: 200 }, needs: ['text'] },
  context: { items: { elements: [1, 10] }, needs: ['elements'] },
  context_actions: { items: { elements: [1, 5] }, needs: ['elements'] },
  divider: {},
  header: { text: { text: 150 }, needs: ['text'] },
  image: { text: { alt_text: 2000, image_url: 3000, title: 2000 }, needs: ['alt_text'] },
  input: { text: { label: 2000, hint: 2000 }, needs: ['label', 'element'] },
  markdown: { text: { text: 12_000 }, needs: ['text'] },
  rich_text: { needs: ['elements'] },
  section: { text: { text: 3000 }, items: { fields: [1, 10] } },
  table: { items: { rows: [1, 100] }, needs: ['rows'] },
}

const ELEMENTS: Record<string, Limits> = {
  button: { text: { text: 75, url: 3000, value: 2000, accessibility_label: 75 }, needs: ['text'] },
  checkboxes: { items: { options: [1, 10] }, needs: ['options'] },
  feedback_buttons: { needs: ['positive_button', 'negative_button'] },
  icon_button: { text: { value: 2000, accessibility_label: 75 }, needs: ['icon'] },
  multi_static_select: { text: { placeholder: 150 }, items: { options: [1, 100] } },
  overflow: { items: { options: [1, 5] }, needs: ['options'] },
  plain_text_input: { text: { placeholder: 150 } },
  radio_buttons: { items: { options: [1, 10] }, needs: ['options'] },
  static_select: { text: { placeholder: 150 }, items: { options: [1, 100] } },
}
const OPTION_LIMITS: Limits = { text: { text: 75, value: 150, description: 75 }, needs: ['text', 'value'] }
const FEEDBACK_LIMITS: Limits = { text: { text: 75, value: 2000 }, needs: ['text', 'value'] }

/** Text pieces of rich text carry at least one character. */
const RICH_TEXT = ['text', 'link', 'emoji', 'user', 'usergroup', 'channel', 'broadcast', 'date', 'color', 'team']
const RICH_TEXT_LISTS = ['rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'rich_text_quote']

function partProblems(part: Block, where: string, known: Record<string, Limits>): string[] {
  const limits = known[part.type]
  if (!limits) return [`${where}: unsupported type: ${part.type}`]
  return [...limitProblems(part, where, limits), ...insideProblems(part, where)]
}

function limitProblems(
  part: Record<string, unknown>,
  where: string,
  { text = {}, items = {}, needs = [] }: Limits,
): string[] {
  return [
    ...needs.filter(field => part[field] === undefined).map(field => `${where}: missing required field: ${field}`),
    ...Object.entries(text).flatMap(([field, longest]) => tooLong(part[field], longest, `${where}.${field}`)),
    ...Object.entries(items).flatMap(([field, [fewest, most]]) => {
      const list = part[field]
      if (list === undefined) return []
      const count = Array.isArray(list) ? list.length : 0
      return count < fewest || count > most
        ? [`${where}.${field}: expected ${fewest} to ${most} items, got ${count}`]
        : []
    }),
    ...tooLong(part['action_id'], 255, `${where}.action_id`),
    ...tooLong(part['block_id'], 255, `${where}.block_id`),
  ]
}

function insideProblems(part: Block, where: string): string[] {
  switch (part.type) {
    case 'actions':
    case 'context_actions':
      return partsOf(part['elements']).flatMap((element, i) => elementProblems(element, `${where}.elements[${i}]`))
    case 'input':
      return partsOf([part['element']]).flatMap(element => elementProblems(element, `${where}.element`))
    case 'section':
      return [
        ...(part['text'] === undefined && part['fields'] === undefined ? [`${where}: needs text or fields`] : []),
        ...partsOf(part['fields']).flatMap((field, i) => tooLong(field, 2000, `${where}.fields[${i}]`)),
        ...partsOf([part['accessory']]).flatMap(element => elementProblems(element, `${where}.accessory`)),
      ]
    case 'rich_text':
      return partsOf(part['elements']).flatMap((element, i) => richTextProblems(element, `${where}.elements[${i}]`))
    case 'table':
      return (part['rows'] as Block[][]).flatMap((row, i) =>
        row.length > 20 ? [`${where}.rows[${i}]: expected at most 20 cells, got ${row.length}`] : [],
      )
    default:
      return []
  }
}

function elementProblems(element: Block, where: string): string[] {
  if (element.type === 'image' || element.type === 'plain_text' || element.type === 'mrkdwn') return []
  const options = partsOf(element['options']).flatMap((option, i) =>
    limitProblems(option, `${where}.options[${i}]`, OPTION_LIMITS),
  )
  const feedback = (['positive_button', 'negative_button'] as const).flatMap(field =>
    partsOf([element[field]]).flatMap(button => limitProblems(button, `${where}.${field}`, FEEDBACK_LIMITS)),
  )
  return [...partProblems(element, where, ELEMENTS), ...options, ...feedback]
}

function richTextProblems(element: Block, where: string): string[] {
  if (RICH_TEXT_LISTS.includes(element.type)) {
    return partsOf(element['elements']).flatMap((inner, i) => richTextProblems(inner, `${where}.elements[${i}]`))
  }
  if (!RICH_TEXT.includes(element.type)) return [`${where}: unsupported type: ${element.type}`]
  if (element.type === 'text' && !(typeof element['text'] === 'string' && element['text'].length > 0)) {
    return [`${where}.text: must be more than 0 characters`]
  }
  if (element.type === 'date' && !(Number.isInteger(element['timestamp']) && typeof element['format'] === 'string')) {
    return [`${where}: a date needs a whole timestamp in seconds and a format`]
  }
  return []
}

function actionIdProblems(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block, i) => {
    const ids = partsOf(block['elements']).flatMap(({ action_id }) =>
      typeof action_id === 'string' ? [action_id] : [],
    )
    return new Set(ids).size < ids.length ? [`blocks[${i}]: action_id must be unique within a block`] : []
  })
}

/** A string, or a text object: its text. */
function tooLong(value: unknown, longest: number, where: string): string[] {
  const text = typeof value === 'string' ? value : isText(value) ? value.text : undefined
  if (text === undefined) return []
  if (isText(value) && text.length === 0) return [`${where}: must be more than 0 characters`]
  return text.length > longest ? [`${where}: must be at most ${longest} characters, got ${text.length}`] : []
}

function isText(value: unknown): value is { text: string } {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string'
}

function partsOf(value: unknown): Block[] {
  return Array.isArray(value) ? value.filter((part): part is Block => typeof part === 'object' && part !== null) : []
}
