// An exception as an SDK sends it (snake_case, https://develop.sentry.dev/sdk/data-model/event-payloads/exception/), turned
// into what Sentry's API answers of it (camelCase, every field there).
import { isSent, type Sent } from './sent.ts'

/** What is no exception of that form is answered as it came. */
export function exceptionAnswer(exception: unknown): unknown {
  const values = isSent(exception) ? exception['values'] : exception
  if (!Array.isArray(values)) return exception
  const answers = values.filter(isSent).map(valueAnswer)
  return { values: answers, hasSystemFrames: answers.some(each => each.stacktrace?.hasSystemFrames), excOmitted: null }
}

function valueAnswer({ type = null, value = null, module = null, mechanism = null, stacktrace }: Sent) {
  const sent = isSent(stacktrace) ? stacktrace['frames'] : undefined
  const frames = Array.isArray(sent) ? sent.filter(isSent).map(frameAnswer) : undefined
  return {
    type,
    value,
    module,
    mechanism,
    threadId: null,
    rawStacktrace: null,
    stacktrace: frames
      ? { frames, framesOmitted: null, registers: null, hasSystemFrames: frames.some(frame => !frame.inApp) }
      : null,
  }
}

function frameAnswer(sent: Sent) {
  const { filename = null, abs_path: absPath = filename, module = null, function: name = null } = sent
  const { lineno: lineNo = null, colno: colNo = null, in_app: inApp = false, vars = null } = sent
  return {
    filename,
    absPath,
    module,
    function: name,
    rawFunction: null,
    package: null,
    platform: null,
    lineNo,
    colNo,
    inApp: inApp === true,
    context: contextAnswer(sent),
    vars,
    errors: null,
    trust: null,
    symbol: null,
    symbolAddr: null,
    instructionAddr: null,
    sourceLink: null,
    lock: null,
  }
}

/** Lines of source with their numbers, where the SDK sent them. */
function contextAnswer({ lineno, pre_context: before, context_line: line, post_context: after }: Sent) {
  if (typeof lineno !== 'number' || typeof line !== 'string') return []
  const earlier = Array.isArray(before) ? before : []
  const later = Array.isArray(after) ? after : []
  return [...earlier, line, ...later].map((text, i) => [lineno - earlier.length + i, text])
}
