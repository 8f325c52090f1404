// Names and ids that a real cluster draws at random, here derived from what they name: same story, same names.
import { createHash } from 'node:crypto'

/** A version 8 UUID (RFC 9562) that is the same for the same text. */
export function uidFor(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** k8s.io/apimachinery/pkg/util/rand: no vowels, so that no words are spelled; no 0, 1, 3. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** `length` letters of Kubernetes' alphabet for names, the same for the same text. */
export function lettersFor(text: string, length: number): string {
  const digest = createHash('sha256').update(text).digest()
  return Array.from({ length }, (_, i) => alphabet[(digest[i] ?? 0) % alphabet.length]).join('')
}
