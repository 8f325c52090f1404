// Block Kit drawn as Slack's desktop and phone apps draw it: the kinds of blocks that our cards use. Any other says that it is not drawn.
import type { ContextActionsBlock, ImageBlock, InputBlock, KnownBlock } from '@slack/types'
import { Actions, Choices } from './actions.tsx'
import { RichText } from './rich-text.tsx'

type BlocksGiven = { blocks: readonly { type: string }[]; pictures: Record<string, string> }

export function Blocks({ blocks, pictures }: BlocksGiven) {
  return blocks.map((block, i) => (
    <div key={i} class={`block is-${block.type}`}>
      <Block block={block as KnownBlock} pictures={pictures} />
    </div>
  ))
}

function Block({ block, pictures }: { block: KnownBlock; pictures: Record<string, string> }) {
  switch (block.type) {
    case 'rich_text':
      return <RichText block={block} />
    case 'actions':
      return <Actions elements={block.elements} />
    case 'context':
      return block.elements.map((element, i) => <span key={i}>{'text' in element ? element.text : ''}</span>)
    case 'context_actions':
      return <Feedback block={block} />
    case 'image':
      return <Picture block={block} pictures={pictures} />
    case 'input':
      return <Input block={block} />
    case 'divider':
      return <hr />
    case 'header':
      return <h3>{block.text.text}</h3>
    default:
      return <mark>{`A block of type ${block.type} is not drawn here.`}</mark>
  }
}

function Picture({ block, pictures }: { block: ImageBlock; pictures: Record<string, string> }) {
  const file = 'slack_file' in block && 'id' in block.slack_file ? block.slack_file.id : ''
  return (
    <figure>
      {block.title && <figcaption>{block.title.text} ▾</figcaption>}
      <img src={pictures[file]} alt={block.alt_text} />
    </figure>
  )
}

function Feedback({ block }: { block: ContextActionsBlock }) {
  return block.elements.map((element, i) =>
    element.type === 'feedback_buttons' ? (
      <span key={i}>
        <button type="button" aria-label={element.positive_button.text.text} title={element.positive_button.text.text}>
          <Thumb />
        </button>
        <button type="button" aria-label={element.negative_button.text.text} title={element.negative_button.text.text}>
          <Thumb isDown />
        </button>
      </span>
    ) : (
      <mark key={i}>{`An element of type ${element.type} is not drawn here.`}</mark>
    ),
  )
}

function Thumb({ isDown = false }: { isDown?: boolean }) {
  return (
    <svg viewBox="0 0 20 20" class={isDown ? 'down' : undefined} aria-hidden="true">
      <path d="M6.5 9 10 2.8c1.3 0 2 .9 1.8 2.1L11.3 8H16c1 0 1.6.9 1.4 1.8l-1.3 5.7c-.2.9-.9 1.5-1.8 1.5H6.5zM3 9h3.5v8H3z" />
    </svg>
  )
}

function Input({ block: { label, hint, optional, element } }: { block: InputBlock }) {
  return (
    <label>
      <strong>
        {label.text} {optional && <span class="muted">(optional)</span>}
      </strong>
      {element.type === 'plain_text_input' &&
        (element.multiline ? <textarea rows={3} /> : <input type="text" placeholder={element.placeholder?.text} />)}
      {(element.type === 'static_select' || element.type === 'multi_static_select') && (
        <Choices placeholder={element.placeholder?.text ?? 'Choose…'} options={element.options ?? []} />
      )}
      {hint && <span class="muted">{hint.text}</span>}
    </label>
  )
}
