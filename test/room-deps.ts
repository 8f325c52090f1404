// What a room of servers is given, where nobody looks at logs or counts and a second try comes at once.
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { createResilience } from '#mcp-servers/resilience.ts'
import type { RoomDeps } from '#mcp-servers/resilience.ts'

export function roomDeps(name: string, clock: () => number): RoomDeps {
  const given = { clock, log: SILENT, observe: UNOBSERVED }
  return { ...given, resilience: createResilience({ ...given, name, random: () => 0 }) }
}
