// The record of one incident as sentences: what happened, when, and by whom. Pure; what a text quotes stays quoted text.
import type { Entry, Happening, ResolveReason } from '#incident/record.ts'
import { iso } from './present.ts'
import type { WireTimeline } from './wire.ts'

/** Entries of one incident, oldest first. One sentence an entry, in the words of the card. */
export function presentTimeline(entries: readonly Entry[]): WireTimeline {
  const titles = new Map<string, string>()
  return {
    items: entries.map(({ at, by, happening }) => {
      if (happening.type === 'proposed') titles.set(happening.remedy, happening.draft.title)
      const who = by === 'system' ? undefined : by.name
      const text = sentence(happening, who ?? 'the bot', id => titles.get(id) ?? id)
      return { at: iso(at), text, ...(who !== undefined && { by: who }) }
    }),
  }
}

function sentence(happening: Happening, who: string, titleOf: (remedy: string) => string): string {
  switch (happening.type) {
    case 'opened':
      return `${happening.reason === 'came back' ? 'Back again' : 'Opened'}: ${end(happening.diagnosis.title)}`
    case 'updated':
      return updated(happening)
    case 'posted':
      return `Posted in ${happening.thread.chat}.`
    case 'acknowledged':
      return `Acknowledged by ${who}.`
    case 'answered':
      return `Asked “${happening.question}”. Answered: ${end(happening.answer.answer)}`
    case 'proposed':
      return `${happening.undoes ? 'Offered as undo' : 'Proposed'}: ${end(happening.draft.title)}`
    case 'previewed':
      return previewed(happening, titleOf(happening.remedy))
    case 'approved': {
      const share = happening.need > 1 ? ` (${happening.have} of ${happening.need})` : ''
      return `Approved by ${who}${share}: ${end(titleOf(happening.remedy))}`
    }
    case 'claimed':
      return `The approval was taken up: ${end(titleOf(happening.remedy))}`
    case 'intended':
      return `Sending the change: ${end(titleOf(happening.remedy))}`
    case 'applied':
      return `Applied: ${end(happening.outcome.detail)}`
    case 'checked':
      return `Checking: ${happening.good} of ${happening.of} look good.`
    case 'verified':
      return `Verified: ${end(happening.reason)}`
    case 'failed':
      return `Failed: ${end(happening.reason)}`
    case 'drifted':
      return `Not done, its object had changed: ${end(happening.reason)}`
    case 'expired':
      return `The approval expired unused: ${end(titleOf(happening.remedy))}`
    case 'denied':
      return `Denied by ${who}: ${end(happening.reason || titleOf(happening.remedy))}`
    case 'resolved':
      return RESOLVED[happening.reason](who)
  }
}

const RESOLVED: Record<ResolveReason, (who: string) => string> = {
  recovered: () => 'Recovered without a remedy. Resolved.',
  'recovered after a remedy': () => 'Recovered after the remedy. Resolved.',
  'resolved by a person': who => `Resolved by ${who}.`,
}

function updated({ reason, diagnosis }: Happening & { type: 'updated' }): string {
  switch (reason) {
    case 'more services':
      return `Spread; hurt now: ${end(diagnosis.services.join(', '))}`
    case 'another cause':
      return `Changed my mind: ${end(diagnosis.title)}`
    case 'severity changed':
      return `Severity is now ${diagnosis.severity}.`
    case 'more evidence':
      return `More evidence: ${end(diagnosis.title)}`
    case 'source missing':
      return `Not readable: ${end(diagnosis.missing.map(({ source, what }) => `${source} ${what}`).join(', '))}`
    case 'source back':
      return 'Readable again, all that was missing.'
    case 'quieter':
      return `Quieter: ${diagnosis.wellAgain.good} of ${diagnosis.wellAgain.of} look good.`
  }
}

function previewed({ preview }: Happening & { type: 'previewed' }, title: string): string {
  if (preview.refusals.length > 0) return `Cannot be done now: ${end(preview.refusals.join('; '))}`
  return `Previewed, ${preview.pods === 1 ? '1 pod' : `${preview.pods} pods`}: ${end(title)}`
}

function end(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
