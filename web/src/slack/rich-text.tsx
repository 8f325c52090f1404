// Slack's rich text: text, code, links, times on the reader's clock, lists, preformatted lines. Everything becomes a text node.
import type { RichTextBlock, RichTextElement, RichTextSection } from '@slack/types'
import { momentOf } from './moment.ts'

export function RichText({ block }: { block: RichTextBlock }) {
  return (
    <div class="rich-text">
      {block.elements.map((lines, i) => (
        <Lines key={i} lines={lines} />
      ))}
    </div>
  )
}

function Lines({ lines }: { lines: RichTextBlock['elements'][number] }) {
  switch (lines.type) {
    case 'rich_text_section':
      return (
        <p>
          <Elements of={lines.elements} />
        </p>
      )
    case 'rich_text_list':
      return (
        <ul class={lines.indent ? 'deeper' : undefined}>
          {lines.elements.map((item: RichTextSection, i) => (
            <li key={i}>
              <Elements of={item.elements} />
            </li>
          ))}
        </ul>
      )
    case 'rich_text_preformatted':
      return (
        <pre>
          <Elements of={lines.elements} />
        </pre>
      )
    case 'rich_text_quote':
      return (
        <blockquote>
          <Elements of={lines.elements} />
        </blockquote>
      )
  }
}

function Elements({ of }: { of: RichTextElement[] }) {
  return of.map((element, i) => <Element key={i} element={element} />)
}

function Element({ element }: { element: RichTextElement }) {
  const { style } = element
  const said = wordsOf(element)
  const inner = style?.code ? <code>{said}</code> : style?.italic ? <em>{said}</em> : said
  return style?.bold ? <strong>{inner}</strong> : <>{inner}</>
}

function wordsOf(element: RichTextElement) {
  switch (element.type) {
    case 'text':
      return element.text
    case 'link':
      return (
        <a href={element.url} rel="noreferrer" target="_blank">
          {element.text ?? element.url}
        </a>
      )
    case 'date':
      return <time datetime={new Date(element.timestamp * 1000).toISOString()}>{momentOf(element)}</time>
    default:
      return <mark>{`live: ${element.type}`}</mark>
  }
}
