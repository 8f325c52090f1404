// What the looks somebody asked for answered, with the call each was. The texts are the sources' own.
import { clock } from './age.ts'
import type { RemedyView } from './wire.ts'

export function LookedAt({ remedies }: { remedies: RemedyView[] }) {
  const latest = remedies.findLast(({ looked }) => looked !== undefined)?.looked
  if (!latest) return null
  return (
    <section aria-labelledby="looked-title">
      <h2 id="looked-title">Looked at {clock(latest.at)}</h2>
      {latest.answers.map(({ asks, call, answered, text }) => (
        <div class="looked" key={asks}>
          <h3>{asks.charAt(0).toUpperCase() + asks.slice(1)}</h3>
          <p class="meta">
            <code>
              {call.tool}{' '}
              {Object.entries(call.arguments)
                .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
                .join(' ')}
            </code>
          </p>
          {answered ? <pre>{text || 'nothing'}</pre> : <p class="note">Not known: {text}</p>}
        </div>
      ))}
      <p class="note">Read only; nothing was changed.</p>
    </section>
  )
}
