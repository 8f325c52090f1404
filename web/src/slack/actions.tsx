// Buttons and menus of Block Kit. Pressing them here sends nothing; what Slack would ask before it does is shown below them.
import type { ActionsBlockElement, ConfirmationDialog, PlainTextOption } from '@slack/types'

export function Actions({ elements }: { elements: ActionsBlockElement[] }) {
  const asked = elements.flatMap(element =>
    element.type === 'button' && element.confirm ? [{ label: element.text.text, question: element.confirm }] : [],
  )
  return (
    <>
      <div class="abreast">
        {elements.map((element, i) => (
          <Element key={i} element={element} />
        ))}
      </div>
      {asked.map(({ label, question }) => (
        <Question key={label} label={label} question={question} />
      ))}
    </>
  )
}

function Element({ element }: { element: ActionsBlockElement }) {
  switch (element.type) {
    case 'button':
      return (
        <button type="button" class={element.style}>
          {element.text.text}
        </button>
      )
    case 'static_select':
      return <Choices placeholder={element.placeholder?.text ?? ''} options={element.options ?? []} />
    default:
      return <mark>{`An element of type ${element.type} is not drawn here.`}</mark>
  }
}

export function Choices({ placeholder, options }: { placeholder: string; options: PlainTextOption[] }) {
  return (
    <details class="choices">
      <summary>{placeholder}</summary>
      <ul>
        {options.map(({ text, value }) => (
          <li key={value}>{text.text}</li>
        ))}
      </ul>
    </details>
  )
}

function Question({
  label,
  question: { title, text, confirm, deny },
}: {
  label: string
  question: ConfirmationDialog
}) {
  return (
    <details class="asks">
      <summary>“{label}” asks first</summary>
      <div class="dialog">
        <h4>{title?.text}</h4>
        <p>{text.text}</p>
        <div class="abreast end">
          <button type="button">{deny?.text}</button>
          <button type="button" class="primary">
            {confirm?.text}
          </button>
        </div>
      </div>
    </details>
  )
}
