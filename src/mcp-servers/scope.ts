// What somebody may do at a server: read, or also see and call what changes things. `sentry:read`, `kubernetes:write`.
import type { ServerName } from '#incident/tool-call.ts'

export function scopeOf(server: ServerName, may: 'read' | 'write'): string {
  return `${server}:${may}`
}
