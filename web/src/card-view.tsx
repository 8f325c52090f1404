// What a card says, above its buttons (verdict first) and below them (why).
import type { Part } from '#cards/card.ts'
import { Runs } from './runs.tsx'

export function CardHead({ parts }: { parts: Part[] }) {
  return parts.map((part, i) => <Head key={i} part={part} />)
}

function Head({ part }: { part: Part }) {
  switch (part.kind) {
    case 'headline':
      return (
        <p class="headline" data-level={part.level}>
          {part.mark && <span class="mark">{part.mark}</span>} <Runs text={part.text} />
        </p>
      )
    case 'verdict':
      return (
        <h2 class="verdict">
          <Runs text={part.text} />
        </h2>
      )
    case 'act':
      return (
        <p class="act">
          <span class="label">Act</span>
          <span>
            <Runs text={part.text} />
          </span>
          {part.sure !== undefined && <span class="sure">sure {part.sure.toFixed(2)}</span>}
        </p>
      )
    case 'progress':
      return (
        <p class="progress" role="status">
          <Runs text={part.text} />
        </p>
      )
    default:
      return null
  }
}

export function Facts({ parts }: { parts: Part[] }) {
  const facts = parts.filter(part => part.kind === 'fact')
  return (
    <dl class="facts">
      {facts.map(({ label, text }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <Runs text={text} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
