// The page at #/preview: what Slack would be sent about an incident, drawn as Slack draws it, with how much of Slack's room it takes.
import { useState } from 'preact/hooks'
import { zone } from '../api.ts'
import { useRead } from '../use-read.ts'
import { Blocks } from './block-kit.tsx'
import type { Drawn, SlackPreview } from './wire.ts'

/** `incident`: none for the newest. */
export function SlackPage({ incident }: { incident: string | undefined }) {
  const wanted = incident === undefined ? '' : `&incident=${encodeURIComponent(incident)}`
  const { value, error, isLoading } = useRead<SlackPreview>(
    `/api/v1/preview/slack?zone=${encodeURIComponent(zone)}${wanted}`,
    0,
  )
  const [look, setLook] = useState<Look>(asHere)
  return (
    <div class="slack-page">
      <header>
        <h1>What Slack is sent</h1>
        <p class="muted">
          Drawn here from the same blocks; nothing is posted. <a href="#/">Back to the incidents</a>
        </p>
        <Controls look={look} onLook={setLook} others={value?.others ?? []} incident={value?.incident} />
      </header>
      {isLoading && <p>Drawing the messages…</p>}
      {error && <p role="alert">The messages cannot be drawn: {error}</p>}
      {!isLoading && !error && !value && <p>There is no incident yet, so there is nothing to draw.</p>}
      {value?.drawn.map(drawn => (
        <section key={drawn.name} aria-label={drawn.name}>
          <h2>
            {drawn.name} <small>{sizeOf(drawn)}</small>
          </h2>
          {drawn.kind === 'message' && <p class="muted notification">Notification: {drawn.text}</p>}
          <div class="slack" data-theme={look.theme} data-width={look.width}>
            <Surface drawn={drawn} pictures={value.pictures} />
          </div>
        </section>
      ))}
    </div>
  )
}

type Look = { theme: 'light' | 'dark'; width: 'desktop' | 'phone' }

const NARROW = 760 // pixels: Slack's message column and our margins

function asHere(): Look {
  return {
    theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
    width: innerWidth < NARROW ? 'phone' : 'desktop',
  }
}

const THEMES = ['light', 'dark'] as const
const WIDTHS = ['desktop', 'phone'] as const

type ControlsGiven = { look: Look; onLook: (look: Look) => void; others: string[]; incident: string | undefined }

function Controls({ look, onLook, others, incident }: ControlsGiven) {
  return (
    <div class="controls">
      <label>
        Incident{' '}
        <select value={incident} onChange={event => location.assign(`#/preview/${event.currentTarget.value}`)}>
          {others.map(id => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </label>
      <Choice name="theme" of={THEMES} chosen={look.theme} onChoose={theme => onLook({ ...look, theme })} />
      <Choice name="width" of={WIDTHS} chosen={look.width} onChoose={width => onLook({ ...look, width })} />
    </div>
  )
}

type ChoiceGiven<T extends string> = { name: string; of: readonly T[]; chosen: T; onChoose: (value: T) => void }

function Choice<T extends string>({ name, of, chosen, onChoose }: ChoiceGiven<T>) {
  return (
    <fieldset>
      <legend class="unseen">{name}</legend>
      {of.map(value => (
        <label key={value}>
          <input type="radio" name={name} checked={value === chosen} onChange={() => onChoose(value)} /> {value}
        </label>
      ))}
    </fieldset>
  )
}

function Surface({ drawn, pictures }: { drawn: Drawn; pictures: Record<string, string> }) {
  switch (drawn.kind) {
    case 'message':
      return (
        <div class="message">
          <span class="avatar" aria-hidden="true">
            ▲
          </span>
          <div>
            <p class="author">
              <strong>Incidents</strong> <small>APP</small>
            </p>
            <Blocks blocks={drawn.blocks} pictures={pictures} />
          </div>
        </div>
      )
    case 'modal':
      return (
        <div class="modal">
          <h3>{drawn.view.title.text}</h3>
          <Blocks blocks={drawn.view.blocks} pictures={pictures} />
          <div class="abreast end">
            <button type="button">{drawn.view.close?.text}</button>
            {drawn.view.submit && (
              <button type="button" class="primary">
                {drawn.view.submit.text}
              </button>
            )}
          </div>
        </div>
      )
    case 'home':
      return (
        <div class="home">
          <Blocks blocks={drawn.view.blocks} pictures={pictures} />
        </div>
      )
  }
}

function sizeOf(drawn: Drawn): string {
  const { blocks } = drawn.kind === 'message' ? drawn : drawn.view
  const bytes = new TextEncoder().encode(JSON.stringify(blocks)).length
  return `${blocks.length} ${blocks.length === 1 ? 'block' : 'blocks'}, ${(bytes / 1000).toFixed(1)} kB`
}
