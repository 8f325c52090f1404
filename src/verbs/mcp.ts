// mcp: one of the servers for any MCP client, over stdio or HTTP. Without the record it has no writes.
import express from 'express'
import { Fault } from '#incident/fault.ts'
import { UNOBSERVED } from '#incident/observe.ts'
import type { ServerName } from '#incident/tool-call.ts'
import { mcpRouter, serveStdio } from '#mcp-servers/host.ts'
import { createLog } from '../log.ts'
import { openHouse, SURROUNDINGS } from '../main.ts'
import { admissionOf } from '../mcp-clients.ts'
import { untilStopped } from './until-stopped.ts'
import { configOf } from './with-house.ts'
import type { Where } from './with-house.ts'

export async function mcp(name: ServerName, options: Where & { http?: number }): Promise<boolean> {
  const config = configOf(options)
  const log = createLog(config.log === 'info' ? 'warn' : config.log)
  const house = await openHouse(config, () => [], { ...SURROUNDINGS, log, observe: UNOBSERVED })
  const server = house.servers.find(candidate => candidate.name === name)
  if (!server) {
    await house.close()
    throw new Fault('validation', `${name} is not configured. See \`incident-orchestrator doctor\` for what it needs.`)
  }
  const given = { ...SURROUNDINGS, log, observe: UNOBSERVED, gate: house.gate }
  if (options.http === undefined) {
    serveStdio(server, given)
    await Promise.race([untilStopped(), inputEnded()])
  } else {
    const app = express().use(mcpRouter([server], { ...given, ...admissionOf(config.http, log) }))
    const listening = app.listen(options.http, '127.0.0.1')
    await new Promise<void>((resolve, reject) => listening.once('listening', resolve).once('error', reject)).catch(
      cause => {
        throw new Fault('validation', `Port ${options.http} cannot be listened on. Choose another with --http.`, {
          cause,
        })
      },
    )
    process.stderr.write(`Serving http://127.0.0.1:${options.http}/mcp/${name}. Ctrl-C stops it.\n`)
    await untilStopped()
    listening.closeAllConnections()
    listening.close()
  }
  await house.close()
  return true
}

function inputEnded(): Promise<void> {
  return new Promise(resolve => process.stdin.once('end', resolve).once('close', resolve))
}
