// The CloudWatch server's tools, called over MCP, against whatever answers at an address.
import type { Toolbox } from '#incident/approval.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Json } from '#incident/tool-call.ts'
import { cloudwatchSettings } from '#mcp-servers/cloudwatch/schema.ts'
import type { CloudwatchSettings } from '#mcp-servers/cloudwatch/schema.ts'
import { cloudwatchServer } from '#mcp-servers/cloudwatch/server.ts'
import { createToolbox } from '#mcp-servers/toolbox.ts'
import { roomDeps } from '../room-deps.ts'

export type Tools = {
  call(tool: string, input?: Record<string, Json>, signal?: AbortSignal): ReturnType<Toolbox['call']>
  close(): Promise<void>
}

export async function openTools(
  endpoint: string,
  clock: () => number,
  settings: Partial<CloudwatchSettings> = {},
): Promise<Tools> {
  const credentials = { accessKeyId: 'KEY', secretAccessKey: 'words' }
  const whole = cloudwatchSettings.parse({ endpoint, region: 'eu-central-1', credentials, ...settings })
  const server = cloudwatchServer(whole, roomDeps('cloudwatch', clock))
  const toolbox = await createToolbox({ clock, log: SILENT, observe: UNOBSERVED, servers: [server] })
  return {
    call: (tool, input = {}, signal) =>
      toolbox.call(
        { server: 'cloudwatch', tool, arguments: input },
        { deadlineMillis: 20_000, ...(signal && { signal }) },
      ),
    async close() {
      await toolbox.close()
      server.close?.()
    },
  }
}
