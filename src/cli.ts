// The command line: verbs, their options, exit codes. Results on stdout, everything else on stderr.
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { asFault } from '#incident/fault.ts'
import type { FaultCode } from '#incident/fault.ts'
import { SERVERS } from '#incident/tool-call.ts'
import type { ServerName } from '#incident/tool-call.ts'
import { SEVERITIES } from '#incident/signal.ts'
import { PRODUCT } from '#mcp-servers/protocol.ts'
import { parseDuration } from './duration.ts'

const EXIT = { done: 0, failureFound: 1, usage: 2, outside: 3 } as const

const program = new Command('incident-orchestrator')
  .description('One thread per incident: what broke, why most likely, and a remedy carried out once you approved it.')
  .version(PRODUCT.version)
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })

program
  .command('demo')
  .description('a simulated cloud and the whole product, in the browser')
  .option('--port <port>', 'this port or an error; otherwise the next free one from 8080', integer)
  .option('--scenario <name>', 'what breaks', 'bad-rollout')
  .option('--list', 'names the scenarios')
  .option('--no-open', 'do not open a browser')
  .option('--json', 'first line of stdout: where everything is')
  .action(async options => finish((await import('./verbs/demo.ts')).demo(options)))

program
  .command('start')
  .description('the product: looks every minute, keeps the threads, answers, serves')
  .option('--config <file>', 'incident-orchestrator.yaml')
  .option('--data <folder>', 'where the record is kept')
  .option('--port <port>', 'port to listen on', integer)
  .action(async options => finish((await import('./verbs/start.ts')).start(options)))

program
  .command('doctor')
  .description('a line for each thing it needs: ok, missing or wrong, and how to mend it')
  .option('--config <file>', 'incident-orchestrator.yaml')
  .option('--data <folder>', 'where the record is kept')
  .option('--json', 'for machines')
  .action(async options => finish((await import('./verbs/doctor.ts')).doctor(options)))

program
  .command('detect')
  .description('one pass now, against the configured sources')
  .option('--config <file>', 'incident-orchestrator.yaml')
  .option('--data <folder>', 'where the record is kept')
  .option('--since <duration>', 'how far back to look', duration, 900_000)
  .option('--severity <severity>', `at least this: ${SEVERITIES.join(', ')}`)
  .option('--json', 'for machines')
  .action(async options => finish((await import('./verbs/detect.ts')).detect(options)))

program
  .command('ask')
  .description('a question, answered with its evidence')
  .argument('<question>')
  .option('--incident <id>', 'about this incident; otherwise the latest open one')
  .option('--config <file>', 'incident-orchestrator.yaml')
  .option('--data <folder>', 'where the record is kept')
  .option('--json', 'for machines')
  .action(async (question, options) => finish((await import('./verbs/ask.ts')).ask(question, options)))

const incidents = program.command('incidents').description('what the record holds')
incidents
  .command('list', { isDefault: true })
  .option('--data <folder>', 'where the record is kept')
  .option('--json', 'for machines')
  .action(async options => finish((await import('./verbs/incidents.ts')).list(options)))
incidents
  .command('show')
  .argument('<id>')
  .option('--data <folder>', 'where the record is kept')
  .option('--json', 'for machines')
  .action(async (id, options) => finish((await import('./verbs/incidents.ts')).show(id, options)))
incidents
  .command('look')
  .description('runs what the advice says to look at; reads only')
  .argument('<id>')
  .option('--config <file>', 'incident-orchestrator.yaml')
  .option('--data <folder>', 'where the record is kept')
  .option('--json', 'for machines')
  .action(async (id, options) => finish((await import('./verbs/look.ts')).look(id, options)))
incidents
  .command('export')
  .argument('<id>')
  .option('--data <folder>', 'where the record is kept')
  .option('--format <format>', 'markdown or json', 'markdown')
  .action(async (id, options) => finish((await import('./verbs/incidents.ts')).exportOne(id, options)))

program
  .command('mcp')
  .description('one MCP server; over stdio unless --http')
  .argument('<server>', SERVERS.join(', '), server)
  .option('--http <port>', 'Streamable HTTP on this port of 127.0.0.1', integer)
  .option('--config <file>', 'incident-orchestrator.yaml')
  .option('--data <folder>', 'where the record is kept')
  .action(async (name, options) => finish((await import('./verbs/mcp.ts')).mcp(name, options)))

program
  .command('cluster')
  .description('groups log lines that say the same thing')
  .argument('[file]', 'plain or gzip; - or nothing: stdin', '-')
  .option('--json', 'one object a line, then a summary')
  .option('--report <file>', 'writes a page to look at: FILE.html')
  .option('--rules <file>', 'YAML: masks and noise, as analysis.lines of the configuration')
  .action(async (file, options) => finish((await import('./verbs/cluster.ts')).cluster(file, options)))

program
  .command('replay')
  .description('the whole loop over a recording, on a virtual clock')
  .argument('<folder>')
  .option('--from <moment>', 'ISO 8601', moment)
  .option('--to <moment>', 'ISO 8601', moment)
  .option('--tick <duration>', 'how often to look', duration, 60_000)
  .option('--data <folder>', 'keep the record here')
  .option('--json', 'one line a lifecycle step, then a summary')
  .action(async (folder, options) => finish((await import('./verbs/replay.ts')).replay(folder, options)))

program
  .command('simulate')
  .description("a recording or a scenario on the vendors' own wire APIs")
  .argument('<folder-or-scenario>')
  .option('--port <port>', 'first of five ports', integer)
  .option('--from <moment>', 'the moment that is now; otherwise its start', moment)
  .option('--json', 'first line of stdout: where everything is')
  .action(async (what, options) => finish((await import('./verbs/simulate.ts')).simulate(what, options)))

program
  .command('eval')
  .description('accuracy on labelled recordings')
  .argument('[names...]', 'data sets; otherwise all')
  .option('--recordings <folder>', 'folder of recordings with their labels')
  .option('--data <folder>', 'folder of raw labelled data, for clustering')
  .option('--ablations [evidence]', 'also without each kind of evidence, or those named: history,edges,logs')
  .option('--report <file>', 'also one page of HTML, with pictures of right and wrong cases')
  .option('--write', 'rewrite evals/results.md')
  .option('--json', 'for machines')
  .action(async (names, options) => finish((await import('./verbs/eval.ts')).evaluate(names, options)))
program
  .command('bench')
  .description('speed, measured here and now')
  .argument('[names...]', 'benchmarks, otherwise all')
  .option('--peers', 'also beside programs of others, which it installs into the temporary folder')
  .option('--write', 'rewrite their part of bench/results.md')
  .option('--json', 'for machines')
  .action(async (names, options) => finish((await import('./verbs/bench.ts')).bench(names, options)))

program
  .command('settings')
  .description('what is muted, known or in maintenance')
  .option('--config <file>', 'incident-orchestrator.yaml')
  .option('--data <folder>', 'where the record is kept')
  .option('--json', 'for machines')
  .action(async options => finish((await import('./verbs/settings.ts')).settings(options)))

const audit = program.command('audit').description('the hash chain over everything that happened')
audit
  .command('verify')
  .option('--data <folder>', 'where the record is kept')
  .option('--json', 'for machines')
  .action(async options => finish((await import('./verbs/audit.ts')).verify(options)))
audit
  .command('export')
  .option('--data <folder>', 'where the record is kept')
  .action(async options => finish((await import('./verbs/audit.ts')).exportAll(options)))

const manifest = program.command('manifest').description('what to give to Slack and Teams so that they know the app')
manifest
  .command('slack')
  .option('--url <url>', 'public address of the product, for HTTP; otherwise Socket Mode')
  .option('--json', 'as JSON instead of YAML')
  .action(async options => finish((await import('./verbs/manifest.ts')).slack(options)))
manifest
  .command('teams')
  .option('--url <url>', 'public address of the product')
  .option('--client-id <id>', 'of the app registration; otherwise CLIENT_ID')
  .option('--json', 'for machines')
  .action(async options => finish((await import('./verbs/manifest.ts')).teams(options)))

/** A verb answers whether what it looked at was well. */
async function finish(work: Promise<boolean>): Promise<void> {
  process.exitCode = (await work) ? EXIT.done : EXIT.failureFound
}

const OUTSIDE: readonly FaultCode[] = ['network', 'authentication', 'rate_limit']

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  const fault = asFault(error)
  process.stderr.write(`${fault.message}\n`)
  if (fault.code === 'processing' && fault.cause instanceof Error) process.stderr.write(`${fault.cause.stack ?? ''}\n`)
  if (OUTSIDE.includes(fault.code)) return EXIT.outside
  return fault.code === 'validation' || fault.code === 'resource' ? EXIT.usage : EXIT.failureFound
}

function integer(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Expected a number from 0 to 65535.')
  return Number(text)
}

function duration(text: string): number {
  const millis = parseDuration(text)
  if (!millis) throw new InvalidArgumentError('Expected a duration such as 30s, 15m or 6h.')
  return millis
}

function moment(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('Expected a moment such as 2026-11-23T03:00:00Z.')
  return at
}

function server(text: string): ServerName {
  const name = SERVERS.find(candidate => candidate === text)
  if (!name) throw new InvalidArgumentError(`Expected one of ${SERVERS.join(', ')}.`)
  return name
}

for (const command of program.commands) command.exitOverride()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}
