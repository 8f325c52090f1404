// An event's stack traces in few lines: our own code's frames first, innermost first, and the line of source that failed.
import { brief } from './said.ts'
import { exceptionShape, threadsShape } from './schema.ts'
import type { Event, Frame } from './schema.ts'

export type Raised = { type: string; value: string; frames: string[] }

const MOST_EXCEPTIONS = 4 // of a chain of causes; the outermost and the next ones tell the story
const MOST_FRAMES = 15 // what fits on a screen
const LONGEST_FRAME = 300
const LONGEST_VALUE = 1000

/**
 * Exceptions with what was raised first and its causes after it; of a crash without one, the thread that crashed. Frames are
 * `function (file:line)` as far as known, those of libraries after ours and marked. Empty for an event without either.
 */
export function stackTracesOf({ entries }: Event, mostFrames = MOST_FRAMES): Raised[] {
  const dataOf = (type: string) => entries.find(entry => entry.type === type)?.data
  const exceptions = exceptionShape.safeParse(dataOf('exception')).data?.values ?? []
  const threads = threadsShape.safeParse(dataOf('threads')).data?.values ?? []
  const crashed = threads.find(thread => thread.crashed)?.stacktrace?.frames ?? []
  const raised = exceptions
    .toReversed()
    .slice(0, MOST_EXCEPTIONS)
    .map(({ type, value, stacktrace }) => ({
      type: brief(type, LONGEST_FRAME),
      value: brief(value, LONGEST_VALUE),
      frames: framesOf(stacktrace?.frames ?? [], mostFrames),
    }))
  if (crashed.length === 0 || raised.some(({ frames }) => frames.length > 0)) return raised
  return [...raised, { type: 'crashed thread', value: '', frames: framesOf(crashed, mostFrames) }]
}

function framesOf(frames: readonly Frame[], most: number): string[] {
  const innermostFirst = frames.toReversed()
  const ours = innermostFirst.filter(({ inApp }) => inApp)
  const theirs = innermostFirst.filter(({ inApp }) => !inApp)
  const isMixed = ours.length > 0
  const lines = [
    ...ours.map((frame, i) => lineOf(frame) + (i === 0 ? sourceOf(frame) : '')),
    ...theirs.map(frame => (isMixed ? `library: ${lineOf(frame)}` : lineOf(frame))),
  ]
  const left = lines.length - most
  return lines.slice(0, most).concat(left > 0 ? [`… ${left} more frames`] : [])
}

function lineOf({ function: name, filename, absPath, module, lineNo }: Frame): string {
  const file = filename || absPath || module
  const where = file ? ` (${file}${lineNo ? `:${lineNo}` : ''})` : ''
  return brief(`${name || '?'}${where}`, LONGEST_FRAME)
}

/** Where Sentry has the source: ` > return total(cart.items)`. */
function sourceOf({ context, lineNo }: Frame): string {
  const [, source = ''] = context?.find(([line]) => line === lineNo) ?? []
  return source.trim() ? ` > ${brief(source.trim(), LONGEST_FRAME)}` : ''
}
