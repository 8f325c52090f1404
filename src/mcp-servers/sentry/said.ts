// What Sentry's texts become before they leave: clean, without secrets, without what tells who a user is, and short.
import { safe } from '../safe.ts'

/** A text on one line, so that it can look like no other line of an answer, and cut to `most` characters, with … at its end. */
export function brief(text: string, most: number): string {
  const whole = safe(text).replace(/\s+/g, ' ').trim()
  return whole.length > most ? `${whole.slice(0, most - 1)}…` : whole
}

const LONGEST_VALUE = 200 // what Sentry keeps of a tag

/** Without what is absent or empty; what belongs to a person is hidden. */
export function said(labels: Record<string, string | null | undefined>): Record<string, string> {
  const entries = Object.entries(labels).filter((label): label is [string, string] => Boolean(label[1]))
  return Object.fromEntries(
    entries.map(([name, value]) => [
      brief(name, LONGEST_VALUE),
      isPersonal(name) ? HIDDEN : brief(value, LONGEST_VALUE),
    ]),
  )
}

const HIDDEN = '[redacted]'

/**
 * Whether a tag of this name tells who a user is, or holds what a browser sends to be known by: `user`, `user.email`,
 * `client_ip`, `cookie`, `http.request.header.authorization`. How many users there are is told elsewhere, as a count.
 */
export function isPersonal(tag: string): boolean {
  return PERSONAL.test(tag)
}
const PERSONAL =
  /^user(?:$|[._](?!agent))|(?:^|[._-])(?:ip|ip[._-]?addr(?:ess)?|e-?mail|user-?_?name|full_?name|phone|geo|cookies?|headers?|authorization|session(?:[._-]?id)?|remote_?addr|forwarded[._-]for)(?:$|[._-])/i

/** Where people see it in Sentry; left out when it is no plain web address. */
export function linkOf({ permalink }: { permalink: string }): { url?: string } {
  return /^https?:\/\/[^\s"'<>]{1,500}$/.test(permalink) ? { url: safe(permalink) } : {}
}

export function iso(stamp: string): string {
  return new Date(stamp).toISOString()
}
