// The looks that advice is made of, run when somebody asks: read-only calls in parallel, each with its own answer or refusal.
import type { Toolbox } from './approval.ts'
import { asFault, Fault } from './fault.ts'
import type { Incident } from './incident.ts'
import type { Look, Remedy } from './remedy.ts'

/** What one look answered; `answered` is false where `text` says why it could not be had. */
export type Looked = Look & { answered: boolean; text: string }

/** The advice to look that was given last; undefined where none says what exactly. */
export function adviceToLook({ remedies }: Incident): Remedy | undefined {
  return remedies.findLast(({ looks = [] }) => looks.length > 0)
}

const LOOK_MILLIS = 8_000 // as a source: a person is waiting
const LONGEST = 1_500 // characters of an answer kept: a screen of a phone or two; the record keeps it for good

/** Never throws. What is not known to be read-only is not called. */
export async function runLooks(
  looks: readonly Look[],
  toolbox: Pick<Toolbox, 'call' | 'tools'>,
  signal?: AbortSignal,
): Promise<Looked[]> {
  const tools = await toolbox.tools()
  const readOnly = new Set(tools.filter(each => each.readOnly).map(({ server, tool }) => `${server} ${tool}`))
  return Promise.all(
    looks.map(async look => {
      try {
        const { server, tool } = look.call
        if (!readOnly.has(`${server} ${tool}`))
          throw new Fault('not_found', `${server} has no such tool now, or cannot be reached.`)
        const { text } = await toolbox.call(look.call, { deadlineMillis: LOOK_MILLIS, ...(signal && { signal }) })
        return { ...look, answered: true, text: kept(text, tool) }
      } catch (error) {
        return { ...look, answered: false, text: asFault(error).message }
      }
    }),
  )
}

/** Of a log the end, as the newest lines stand last; of anything else the beginning. */
function kept(text: string, tool: string): string {
  const whole = text.trim()
  if (whole.length <= LONGEST) return whole
  return tool === 'get_logs' ? `…${whole.slice(-LONGEST)}` : `${whole.slice(0, LONGEST)}…`
}
