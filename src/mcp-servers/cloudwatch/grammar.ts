// What arguments may be: AWS's own grammars, narrowed to what is read here. A value outside of them reaches no request.
// Long patterns are refinements: what a tool list shows a model of them is their description, the rest is checked here.
import { z } from 'zod'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html */
export const logGroupName = z.string().regex(/^[\w.\-/#]{1,512}$/, 'expected letters, digits and . _ - / #')

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html */
export const metricNamespace = text(/^[\w.\-/#: ]{1,255}$/, 'a namespace such as AWS/RDS')
export const metricName = text(/^[\x20-\x7e]{1,255}$/, '1 to 255 ASCII characters')
export const dimensions = z
  .record(z.string(), z.string())
  .refine(
    all => Object.entries(all).every(([name, value]) => DIMENSION.test(name) && DIMENSION.test(value)),
    'expected names and values of 1 to 1024 ASCII characters',
  )
const DIMENSION = /^[\x20-\x7e]{1,1024}$/

const PERCENT = String.raw`(?:100|\d{1,2}(?:\.\d{1,10})?)`

/**
 * The plain ones; a percentile (p99.9); a mean, count or sum of what lies under one (tm90, tc90, ts90) or within (wm98);
 * the interquartile mean. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export const statisticName = text(
  new RegExp(`^(?:Average|Sum|Maximum|Minimum|SampleCount|IQM|(?:p|tm|tc|ts|wm)${PERCENT})$`),
  'Average, Sum, Maximum, Minimum, SampleCount, IQM or p99, tm90, tc90, ts90, wm98',
)

/** Under a minute: what only metrics of high resolution have, and only for three hours. */
export const FINE_PERIODS = [1, 5, 10, 20, 30]

/** Seconds. */
export const periodSeconds = z
  .int()
  .min(1)
  .max(86_400)
  .refine(
    seconds => FINE_PERIODS.includes(seconds) || seconds % 60 === 0,
    'expected 1, 5, 10, 20, 30 or a multiple of 60',
  )

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
export const filterPattern = text(/^[^\p{Cc}]{0,1024}$/u, 'one line of at most 1024 characters')

function text(pattern: RegExp, expected: string) {
  return z.string().refine(value => pattern.test(value), `expected ${expected}`)
}
