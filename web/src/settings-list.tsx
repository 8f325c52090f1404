// What is muted or known, and which thresholds are raised, with what takes each back. Nothing is shown while nothing is.
import { useState } from 'preact/hooks'
import type { Card, Press } from '#cards/card.ts'
import { paths, say, unmute } from './api.ts'
import { Runs } from './runs.tsx'
import { plain } from './text.ts'
import { useRead } from './use-read.ts'

export function SettingsList({ beat }: { beat: number }) {
  const [pressed, setPressed] = useState(0)
  const [said, setSaid] = useState('')
  const card = useRead<Card>(paths.settings, beat + pressed)
  const list = card.value?.parts.find(part => part.kind === 'list')
  const items = list?.items.filter(({ button }) => button) ?? [] // what only the configuration takes back stands above
  if (items.length === 0) return null
  const press = async (action: Press) => {
    setSaid((await takeBack(action)) ?? '')
    setPressed(before => before + 1)
  }
  return (
    <section class="settings" aria-labelledby="settings-title">
      <h2 id="settings-title">Settings</h2>
      <ul>
        {items.map(({ text, button }) => (
          <li key={plain(text)}>
            <Runs text={text} />
            {button && (
              <button type="button" class="cite" onClick={() => void press(button.action)}>
                {plain(button.label)}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p role="status">{said}</p>
    </section>
  )
}

async function takeBack(action: Press): Promise<string | undefined> {
  if (action.kind === 'unknown' || action.kind === 'lower')
    return (await say(action.incident, { kind: action.kind })).text
  if (action.kind !== 'unmute') return undefined
  if (action.incident !== undefined) return (await say(action.incident, { kind: 'unmute' })).text
  return action.service === undefined ? undefined : (await unmute(action.service)).text
}
