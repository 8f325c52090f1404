// Text and labels from outside, without secrets and without what cannot be seen: what every mapper does before anything leaves.
import { clean } from '#incident/clean.ts'
import { redact } from '#incident/redact.ts'

export function safe(text: string): string {
  return redact(clean(text))
}

/**
 * Names and values, made safe. A service may be called user@host (a database as its clients address it): in the labels that
 * name services that is no person's address, and two of them must not become one.
 */
export function safeLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [
      safe(name),
      NAMES_SERVICES.test(name) ? safeName(value) : safe(value),
    ]),
  )
}

/** The name of a service. `adoptions@db.example.com` stays; what holds a password does not. */
export function safeName(name: string): string {
  const parts = name.split('@')
  return parts.length === 2 && !/[:/=\s]/.test(parts[0] ?? '') ? parts.map(safe).join('@') : safe(name)
}

const NAMES_SERVICES = /^(?:client|server|peer)$|service|workload/i
