// What can be pressed, chosen and filled in, found by the label a person sees.
import type { Block } from './workspace.ts'

/** The action a press on that label sends. */
export function chosen(blocks: readonly Block[], label: string): Record<string, unknown> {
  const seen: string[] = []
  for (const block of blocks) {
    const elements = [...partsOf(block['elements']), ...partsOf([block['accessory']])]
    for (const element of elements) {
      const base = { type: element.type, action_id: element['action_id'], block_id: block['block_id'] ?? 'block' }
      for (const [name, action] of choices(element)) {
        if (name === label) return { ...base, ...action }
        seen.push(name)
      }
    }
  }
  throw new Error(`Nothing is called “${label}”. There are: ${seen.join(', ')}.`)
}

function choices(element: Block): [string, Record<string, unknown>][] {
  switch (element.type) {
    case 'button':
      return [[textOf(element['text']), { text: element['text'], value: element['value'] }]]
    case 'overflow':
    case 'static_select':
      return partsOf(element['options']).map(option => [textOf(option['text']), { selected_option: option }])
    case 'feedback_buttons':
      return partsOf([element['positive_button'], element['negative_button']]).map(button => [
        textOf(button['text']),
        { value: button['value'] },
      ])
    default:
      return []
  }
}

/** The state of a modal filled by the labels of its fields. */
export function values(view: Block, filled: Record<string, string | string[]>) {
  const inputs = partsOf(view['blocks']).filter(({ type }) => type === 'input')
  return Object.fromEntries(
    inputs.map(block => {
      const [element] = partsOf([block['element']])
      const value = filled[textOf(block['label'])]
      return [block['block_id'], { [String(element?.['action_id'])]: { type: element?.type, ...held(element, value) } }]
    }),
  )
}

function held(element: Block | undefined, value: string | string[] | undefined): Record<string, unknown> {
  const options = partsOf(element?.['options'])
  const named = (wanted: string) => options.find(({ text, value: id }) => textOf(text) === wanted || id === wanted)
  switch (element?.type) {
    case 'plain_text_input':
      return { value: value ?? null }
    case 'static_select':
    case 'radio_buttons':
      return { selected_option: typeof value === 'string' ? named(value) : null }
    default:
      return { selected_options: [value ?? []].flat().map(named) }
  }
}

function textOf(text: unknown): string {
  return typeof text === 'object' && text !== null && 'text' in text ? String(text.text) : ''
}

function partsOf(value: unknown): Block[] {
  return Array.isArray(value) ? value.filter((part): part is Block => typeof part === 'object' && part !== null) : []
}
