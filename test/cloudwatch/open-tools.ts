// The CloudWatch server's tools, called over MCP, against whatever answers at an address.
import type { Toolbox } from '#incident/approval.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Json } from '#incident/remedy.ts'
import { cloudwatchSettings } from '#mcp-servers/cloudwatch/schema.ts'
import { cloudwatchServer } from '#mcp-servers/cloudwatch/server.ts'
import { createResilience } from '#mcp-servers/resilience.ts'
import { createToolbox } from '#mcp-servers/toolbox.ts'

export type Tools = {
  call(tool: string, input?: Record<string, Json>): ReturnType<Toolbox['call']>
  close(): Promise<void>
}

export async function openTools(endpoint: string, clock: () => number): Promise<Tools> {
  const given = { clock, log: SILENT, observe: UNOBSERVED }
  const credentials = { accessKeyId: 'KEY', secretAccessKey: 'words' }
  const settings = cloudwatchSettings.parse({ endpoint, region: 'eu-central-1', credentials })
  const resilience = createResilience({ ...given, name: 'cloudwatch', random: () => 0 })
  const server = cloudwatchServer(settings, { ...given, resilience })
  const toolbox = await createToolbox({ ...given, servers: [server] })
  return {
    call: (tool, input = {}) =>
      toolbox.call({ server: 'cloudwatch', tool, arguments: input }, { deadlineMillis: 20_000 }),
    async close() {
      await toolbox.close()
      server.close?.()
    },
  }
}
