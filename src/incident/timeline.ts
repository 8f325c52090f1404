// The record of one incident as sentences: what happened, when, and by whom. Pure; what a text quotes stays quoted text.
import type { Quiet } from './quiet.ts'
import type { Entry, Happening, OpenReason, ResolveReason } from './record.ts'
import type { Millis } from './signal.ts'

export type TimelineItem = { at: Millis; text: string; by?: string }

/** Entries of one incident, oldest first. One sentence an entry, in the words of the card. */
export function timeline(entries: readonly Entry[]): TimelineItem[] {
  const titles = new Map<string, string>()
  return entries.map(({ at, by, happening }) => {
    if (happening.type === 'proposed') titles.set(happening.remedy, happening.draft.title)
    const who = by === 'system' ? undefined : by.name
    const text = sentence(happening, who ?? 'the bot', id => titles.get(id) ?? id)
    return { at, text, ...(who !== undefined && { by: who }) }
  })
}

function sentence(happening: Happening, who: string, titleOf: (remedy: string) => string): string {
  switch (happening.type) {
    case 'opened':
      return `${OPENED[happening.reason](who)}: ${end(happening.diagnosis.title)}`
    case 'updated':
      return updated(happening)
    case 'posted':
      return `Posted in ${happening.thread.chat}.`
    case 'acknowledged':
      return `Acknowledged by ${who}.`
    case 'answered':
      return `Asked “${happening.question}”. Answered: ${end(happening.answer.answer)}`
    case 'likened':
      return `Like ${happening.like.incident}: ${end(happening.like.shared.join('; '))}`
    case 'looked':
      return `Looked, asked by ${who}: ${end(happening.answers.map(({ asks }) => asks).join(', '))}`
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
    case 'muted':
      return `Muted by ${who}: nothing new is posted about it, and it goes on being watched.`
    case 'unmuted':
      return `Unmuted by ${who}.`
    case 'known':
      return `Marked as known by ${who}: ${end(happening.ticket ? `${happening.reason} (${happening.ticket})` : happening.reason)}`
    case 'not known':
      return `Taken back by ${who}: it is not known any more.`
    case 'quieted':
      return quieted(happening.quiet)
    case 'heard':
      return HEARD[happening.was][happening.isOver ? 'over' : 'worse']
    case 'split':
      return `Split by ${who}: ${count(happening.signals.length, 'signal')} went to ${happening.into}.`
    case 'merged':
      return `Merged into ${happening.into} by ${who}.`
    case 'absorbed':
      return `Took in ${happening.from}, told by ${who}.`
    case 'continued':
      return `Back again, as ${happening.in}.`
    case 'feedback':
      return `${who} found it ${happening.helpful ? 'helpful' : 'not helpful'}${happening.why ? `: ${happening.why}` : ''}.`
    case 'threshold proposed':
      return `Proposed: raise the threshold of ${happening.proposal.name} by half; ${happening.proposal.count} incidents of it were not helpful.`
    case 'threshold decided':
      return happening.factor > 1
        ? `${who} raised the threshold of ${happening.name} to ${happening.factor}×.`
        : `${who} left the threshold of ${happening.name} as it is.`
    case 'threshold lowered':
      return `${who} put the threshold of ${happening.name} back.`
    case 'resolved':
      return RESOLVED[happening.reason](who)
  }
}

function quieted(quiet: Quiet): string {
  return quiet.because === 'maintenance'
    ? `In maintenance (${quiet.name}: ${quiet.reason}): said to nobody while that lasts.`
    : `Known since ${quiet.incident} (${quiet.reason}): said to nobody while it is no worse.`
}

const HEARD: Record<Quiet['because'], { over: string; worse: string }> = {
  maintenance: {
    over: 'The maintenance is over, and this is not: said now.',
    worse: 'It is no longer only the maintenance: said now.',
  },
  known: { over: 'It is not known any more: said now.', worse: 'It is worse than what is known: said now.' },
}

const OPENED: Record<OpenReason, (who: string) => string> = {
  'first seen': () => 'Opened',
  'came back': () => 'Back again',
  declared: who => `Declared by ${who}`,
  split: who => `Split off by ${who}`,
}

const RESOLVED: Record<ResolveReason, (who: string) => string> = {
  recovered: () => 'Recovered without a remedy. Resolved.',
  'recovered after a remedy': () => 'Recovered after the remedy. Resolved.',
  'resolved by a person': who => `Resolved by ${who}.`,
  merged: () => 'Closed: it lives on in the other.',
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
  return `Previewed, ${count(preview.pods, 'pod')}: ${end(title)}`
}

function end(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
