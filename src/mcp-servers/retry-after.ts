// How long a vendor asks us to wait: Retry-After as HTTP has it. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after

/** A longer wait is taken for a mistake of the vendor's: it would be as good as switching the source off. */
const LONGEST_SECONDS = 3600

/**
 * Seconds, 0 to 3600; undefined without a header that can be read. A date is compared with the `date` of the same answer,
 * as the vendor's clock may not be ours.
 */
export function retryAfterOf(headers: Readonly<Record<string, unknown>>): number | undefined {
  const { 'retry-after': header, date } = headers
  if (typeof header !== 'string' || header === '') return undefined
  const here = typeof date === 'string' ? Date.parse(date) : NaN
  const seconds = /^\d+(\.\d+)?$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - (Number.isNaN(here) ? Date.now() : here)) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), LONGEST_SECONDS)
}
