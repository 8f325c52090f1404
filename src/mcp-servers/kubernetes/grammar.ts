// What names and selectors may look like before any request is made: Kubernetes' own grammars, closed.
import { z } from 'zod'

// RFC 1123: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
export const namespaceName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, { error: 'expected a namespace: a-z, 0-9 and -, at most 63' })

export const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, { error: 'expected a name: a-z, 0-9, - and ., at most 253' })

export const containerName = namespaceName.describe('container; absent: the one meant by default')

export const uid = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'expected the uid of an object' })

const KEY = String.raw`(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?`
const VALUE = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?`
const SET = String.raw`\(\s?${VALUE}(?:\s?,\s?${VALUE}){0,20}\s?\)`
const REQUIREMENT = new RegExp(`^(?:!?${KEY}|${KEY}\\s?(?:=|==|!=)\\s?${VALUE}|${KEY} (?:in|notin) ${SET})$`)

/** `app=checkout,tier!=test`, `track in (stable, canary)`, `!legacy`. */
export const labelSelector = z
  .string()
  .min(1)
  .max(500)
  .refine(text => requirementsOf(text).every(each => REQUIREMENT.test(each)), {
    error: 'expected a label selector such as app=checkout,tier!=test or track in (stable, canary)',
  })

/** Commas inside parentheses belong to a set. */
function requirementsOf(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map(each => each.trim())
}
