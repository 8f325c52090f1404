// A post-mortem to begin from, as Markdown: what is known, in the order a reader asks. What to change is for people to add.
import { fold } from '#incident/fold.ts'
import type { Entry } from '#incident/record.ts'
import { timeline } from '#incident/timeline.ts'

/** Entries of one incident, oldest first. */
export function postmortem(entries: readonly Entry[]): string {
  const incident = fold(entries)
  const lines = [`# ${incident.id}: ${plain(incident.title)}`, '', plain(incident.description), '']
  lines.push('## Most likely cause', '')
  for (const { entity, confidence, reasons } of incident.rootCauses.slice(0, 3)) {
    lines.push(
      `- **${plain(entity.service)}** (sure ${confidence.toFixed(2)}): ${reasons.map(({ text }) => plain(text)).join('; ')}`,
    )
  }
  lines.push('', '## Timeline (UTC)', '')
  for (const { at, text, by } of timeline(entries)) {
    const moment = new Date(at).toISOString().slice(0, 19).replace('T', ' ')
    lines.push(`- ${moment} ${plain(text)}${by ? ` (${plain(by)})` : ''}`)
  }
  if (incident.missing.length > 0) lines.push('', '## Not known', '')
  for (const { source, what, why } of incident.missing)
    lines.push(`- ${source}: ${plain(what)} could not be read: ${plain(why)}`)
  return `${lines.join('\n')}\n`
}

/** Text from telemetry as text: no line of it becomes a heading, link, image or mark-up. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|!@]/g, character => `\\${character}`)
}
