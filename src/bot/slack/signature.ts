// Whether a request is Slack's, and new: https://docs.slack.dev/authentication/verifying-requests-from-slack, stricter on two counts.
// A time that lies ahead is refused as well as an old one, and the same signed request is taken once.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Millis } from '#incident/signal.ts'

export type Signed = { signature: string | undefined; timestamp: string | undefined; body: Buffer }

export type Signatures = {
  /** Undefined: it is Slack's and new. Else why not. It is remembered from now on. */
  refuse(request: Signed): 'unsigned' | 'too old or too new' | 'forged' | 'replayed' | undefined
  /** It could not be dealt with: Slack may send the very same again. */
  forget(request: Signed): void
}

const SKEW_SECONDS = 300

export function createSignatures({ secret, clock }: { secret: string; clock: () => Millis }): Signatures {
  const seen = new Map<string, Millis>() // signature -> when it may be forgotten, oldest first

  return {
    refuse({ signature, timestamp, body }) {
      if (!signature || !timestamp || !/^\d{1,12}$/.test(timestamp)) return 'unsigned'
      const now = clock()
      if (Math.abs(now / 1000 - Number(timestamp)) > SKEW_SECONDS) return 'too old or too new'
      const expected = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`
      if (!isEqual(signature, expected)) return 'forged'
      for (const [old, until] of seen) {
        if (until > now) break
        seen.delete(old)
      }
      if (seen.has(signature)) return 'replayed'
      seen.set(signature, now + 2 * SKEW_SECONDS * 1000)
      return undefined
    },
    forget({ signature = '' }) {
      seen.delete(signature)
    },
  }
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
