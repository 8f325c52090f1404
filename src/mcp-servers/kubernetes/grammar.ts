// What names and selectors may look like before any request is made: Kubernetes' own grammars, closed.
import { z } from 'zod'

// Checked by `refine`: a pattern would stand in the schema of every tool, and a model reads them all.

// RFC 1123: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
export const namespaceName = z.string().refine(text => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text), {
  error: 'expected a namespace: a-z, 0-9 and -, at most 63',
})

export const objectName = z.string().refine(text => /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(text), {
  error: 'expected a name: a-z, 0-9, - and ., at most 253',
})

export const containerName = namespaceName.describe('container; absent: the one meant by default')

export const uid = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'expected the uid of an object' })

/** `Pod`, `persistentvolumeclaims`, `pvc`. */
export const kindName = z
  .string()
  .refine(text => /^[A-Za-z]{2,40}$/.test(text), { error: 'expected a kind, such as Pod' })

/** `FailedScheduling` */
export const reasonName = z
  .string()
  .refine(text => /^[A-Za-z][A-Za-z0-9]{0,99}$/.test(text), { error: 'expected a reason, such as BackOff' })

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
