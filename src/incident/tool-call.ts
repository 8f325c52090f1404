// A tool call, and JSON, of which its arguments are.
export const SERVERS = ['kubernetes', 'sentry', 'cloudwatch', 'grafana', 'orchestrator'] as const
export type ServerName = (typeof SERVERS)[number]

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** The only form in which anything is ever done. */
export type ToolCall = { server: ServerName; tool: string; arguments: Record<string, Json> }
