// detect: one pass now. It learns nothing, opens nothing, tells nobody.
import { Fault } from '#incident/fault.ts'
import { SEVERITIES } from '#incident/signal.ts'
import type { Severity } from '#incident/signal.ts'
import { withHouse } from './with-house.ts'
import type { Where } from './with-house.ts'

const DEADLINE_MILLIS = 30_000 // the seed: an answer within 30 s

export async function detect(options: Where & { since: number; severity?: string; json?: boolean }): Promise<boolean> {
  const severity = severityOf(options.severity)
  return withHouse(options, async house => {
    const now = Date.now()
    const { structured, text } = await house.toolbox.call(
      {
        server: 'orchestrator',
        tool: 'detect_incidents',
        arguments: { time_range: { from: now - options.since, to: now }, ...(severity && { severity }) },
      },
      { deadlineMillis: DEADLINE_MILLIS },
    )
    process.stdout.write(options.json ? `${JSON.stringify(structured)}\n` : `${text}\n`)
    return true
  })
}

function severityOf(text: string | undefined): Severity | undefined {
  if (text === undefined) return undefined
  const severity = SEVERITIES.find(candidate => candidate === text)
  if (!severity) throw new Fault('validation', `--severity: expected one of ${SEVERITIES.join(', ')}, got ${text}`)
  return severity
}
