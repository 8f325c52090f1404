// What a line of a log says, for people: without the time, level, thread and logger before it, and out of its JSON or key=value form.
// Evidence shows the line as it is; this is for the sentences that quote it.

/**
 * The message, and the error beside it where the line has both; the line itself where nothing of this is known of it, or nothing would be
 * left. A line that was cut is read as far as it goes. Linear.
 * messageIn('{"level":"error","msg":"call failed","err":"timed out"}') -> 'call failed: timed out'
 */
export function messageIn(line: string): string {
  const text = line.trim()
  const [message, error] = text.startsWith('{')
    ? fieldsIn(text, IN_JSON)
    : PAIRS.test(text)
      ? fieldsIn(text, IN_PAIRS)
      : []
  if (message === undefined) return withoutHeader(text) || text
  return error === undefined || message.includes(error) ? message : `${message}: ${error}`
}

type Fields = { message: RegExp; error: RegExp }

const IN_JSON: Fields = {
  message: /"(?:msg|message|log|body|event)"\s{0,4}:\s{0,4}"((?:[^"\\]|\\.)+)/i,
  error: /"(?:err|error|exception|error\.message)"\s{0,4}:\s{0,4}"((?:[^"\\]|\\.)+)/i,
}
/** logfmt, as Go's slog and logrus write it. */
const IN_PAIRS: Fields = {
  message: /(?:^|\s)msg=(?:"((?:[^"\\]|\\.)+)|([^\s"]+))/,
  error: /(?:^|\s)(?:err|error)=(?:"((?:[^"\\]|\\.)+)|([^\s"]+))/,
}
const PAIRS = /^(?:time|ts|t|level|lvl|severity)=/

function fieldsIn(text: string, fields: Fields): [message?: string, error?: string] {
  const [message, error] = [fields.message, fields.error].map(field => {
    const found = field.exec(text)
    return (found?.[1] ?? found?.[2])?.replace(/\\(.)/g, (_, sign: string) => ESCAPED[sign] ?? sign).trim()
  })
  return [message || undefined, error || undefined]
}

const ESCAPED: Record<string, string> = { n: '\n', r: '\n', t: ' ' }

const HEADERS = [
  /^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?\]?/, // a time
  /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?(?=\s)/,
  /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9}\s{1,8}\d{1,9} [\w.-]{1,80}:\d{1,6}\]/, // klog
  /^(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|SEVERE|FATAL|CRITICAL|PANIC|ALERT|EMERG)(?::[\w.$-]{1,80}:|:|\b)/, // Python's has its logger
  /^[\w.$-]{1,80} - (?=[A-Z]{3,8} - )/, // Python's other way
  /^\[[\w.$:/#, -]{1,80}\]/, // level, thread, logger
  /^(?![\w.$]{0,400}(?:Error|Exception)\s{0,40}:)(?:[a-z][\w$]{0,60}\.){1,8}[\w$]{1,80}\s{0,40}:(?=\s)/, // a class of Java
  /^\d{1,9}#\d{1,9}:|^\d{1,9}(?= --- )/, // a process and its thread
  /^(?:---|[-|:>])(?=\s)/,
]
const MOST_HEADERS = 10

function withoutHeader(text: string): string {
  let rest = text
  for (let nth = 0; nth < MOST_HEADERS; nth++) {
    const header = HEADERS.map(each => each.exec(rest)?.[0]).find(found => found !== undefined)
    if (header === undefined) break
    rest = rest.slice(header.length).trimStart()
  }
  return rest
}
