// Lines that say nothing of a trouble. Only what is surely well: a health check that failed is no noise.

export const NOISE_KINDS = ['health_checks', 'debug', 'empty'] as const
export type NoiseKind = (typeof NOISE_KINDS)[number]

const OF_KIND: Record<NoiseKind, (line: string) => boolean> = {
  health_checks: isHealthCheck,
  debug: isDebug,
  empty: line => !/\S/.test(line),
}

/** Of several lines (a stack trace) the first is judged. Linear in the line. `texts`: without regard to case. */
export function noiseFilter(noise: {
  kinds: readonly NoiseKind[]
  texts: readonly string[]
}): (line: string) => boolean {
  const kinds = noise.kinds.map(kind => OF_KIND[kind])
  const texts = noise.texts.map(text => text.toLowerCase())
  return lines => {
    const line = lines.split('\n', 1)[0]!.slice(0, LOOKED_AT)
    if (kinds.some(isOfKind => isOfKind(line))) return true
    if (texts.length === 0) return false
    const lower = line.toLowerCase()
    return texts.some(text => lower.includes(text))
  }
}

const LOOKED_AT = 4000 // characters, as templates do
const STARTS = 200 // where a level stands

const PROBE = /\b(?:kube-probe|ELB-HealthChecker|GoogleHC)\//
const HEALTH_PATH =
  /\b(?:GET|HEAD)\s{1,4}\/(?:[\w.-]{1,40}\/){0,4}(?:health(?:z|[-_]?check)?|livez|readyz|liveness|readiness|ping)\b/i
const ANSWERED_WELL = /(?:^|[\s"=:])[23]\d\d(?=$|[\s",;)])/
const FAILED = /(?:^|[\s"=:])[45]\d\d(?=$|[\s",;)])|fail|error|time(?:d )?out|refused/i

/** A request of a prober, or for what probes ask, that was answered with 2xx or 3xx. */
function isHealthCheck(line: string): boolean {
  return (PROBE.test(line) || HEALTH_PATH.test(line)) && ANSWERED_WELL.test(line) && !FAILED.test(line)
}

// As loggers print it: DEBUG, [debug], level=debug, "level":"debug". The first level counts.
const LEVEL =
  /\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b|\[(trace|debug|info|notice|warn|warning|error|fatal|crit)\]|\b(?:level|severity|lvl)["']?\s{0,2}[=:]\s{0,2}["']?(trace|debug|info|notice|warn|warning|error|fatal|critical)\b/

function isDebug(line: string): boolean {
  const level = LEVEL.exec(line.slice(0, STARTS))?.slice(1).find(Boolean)?.toLowerCase()
  return level === 'debug' || level === 'trace'
}
