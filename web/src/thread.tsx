// One incident: its card with what can be pressed, the chart, the evidence, the timeline, questions and answers.
import { useRef, useState } from 'preact/hooks'
import type { Card, Part, Press as Pressed } from '#cards/card.ts'
import type { Chart } from '#cards/chart-option.ts'
import { paths } from './api.ts'
import { Ask, useAnswers } from './ask.tsx'
import { CardHead, Facts } from './card-view.tsx'
import { ChartView } from './chart-view.tsx'
import { EvidenceList, Signals } from './evidence-view.tsx'
import { LookedAt } from './looked-at.tsx'
import { Press } from './press.tsx'
import { Timeline } from './timeline.tsx'
import { useCalm } from './use-calm.ts'
import { useRead } from './use-read.ts'
import type { IncidentView, TimelineView } from './wire.ts'

export function Thread({ id, beat: heard }: { id: string; beat: number }) {
  const [pressed, setPressed] = useState(0)
  const beat = heard + pressed // each goes up only
  const card = useRead<Card>(paths.card(id), beat)
  const incident = useRead<IncidentView>(paths.incident(id), beat)
  const timeline = useRead<TimelineView>(paths.timeline(id), beat)
  const answers = useAnswers(id)
  const evidence = useRef<HTMLElement>(null)
  const calm = useCalm(card.value)
  const hasChart = calm.value?.parts.some(({ kind }) => kind === 'chart')
  const chart = useRead<Chart>(hasChart ? paths.chart(id) : undefined, beat)

  if (!calm.value) {
    return <p class="note">{card.error ?? (card.isLoading ? `Reading ${id}…` : `There is no incident ${id} here.`)}</p>
  }
  const { parts } = calm.value
  const buttons = find(parts, 'buttons')
  const shownEvidence = find(parts, 'evidence')
  const questions = [...(buttons?.buttons ?? []), ...(buttons?.menu?.items ?? [])].flatMap(({ action }) =>
    action.kind === 'ask' ? [action.question] : [],
  )
  const onElse = (action: Pressed) => {
    if (action.kind === 'details') {
      evidence.current?.scrollIntoView({ block: 'start' })
      evidence.current?.focus({ preventScroll: true })
    }
    if (action.kind === 'postmortem') window.open(paths.postmortem(action.incident), '_blank', 'noopener')
  }

  return (
    <article class="thread">
      <a class="back" href="#/">
        ← All incidents
      </a>
      <section class="card" aria-label="Incident">
        <CardHead parts={parts} />
        <div {...calm.holds}>
          <Press
            id={id}
            part={buttons}
            incident={incident.value}
            onElse={onElse}
            onDone={() => {
              calm.release()
              setPressed(before => before + 1)
            }}
          />
        </div>
        <Facts parts={parts} />
        {card.error && <p class="note">This is not up to date: {card.error}</p>}
      </section>
      {chart.value && <ChartView chart={chart.value} />}
      <section ref={evidence} tabIndex={-1} aria-labelledby="evidence-title">
        <h2 id="evidence-title">Evidence</h2>
        {shownEvidence ? (
          <EvidenceList items={shownEvidence.items} />
        ) : (
          <p class="note">None is kept for this incident.</p>
        )}
        {incident.value && <Signals sources={incident.value.sources} />}
      </section>
      <LookedAt remedies={incident.value?.remediationSuggestions ?? []} />
      <Timeline read={timeline} />
      <Ask
        id={id}
        answers={answers}
        questions={questions}
        evidence={shownEvidence?.items ?? []}
        sources={incident.value?.sources ?? []}
      />
    </article>
  )
}

function find<K extends Part['kind']>(parts: Part[], kind: K): (Part & { kind: K }) | undefined {
  return parts.find((part): part is Part & { kind: K } => part.kind === kind)
}
