// manifest: what to give to Slack and Teams so that they know the app. Slack takes a text, Teams a zip with its two pictures.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isMap, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { Fault } from '#incident/fault.ts'
import { ROOT } from './root.ts'
import { zip } from './zip.ts'

const FOLDER = join(ROOT, 'manifests')

/** With `url` for HTTP, otherwise for Socket Mode, where Slack needs no way in. `json`: the same as JSON, which Slack takes too. */
export async function slack({ url, json }: { url?: string; json?: boolean }): Promise<boolean> {
  const manifest = parseDocument(readFileSync(join(FOLDER, 'slack', 'manifest.yaml'), 'utf8'))
  if (url !== undefined) answerOverHttp(manifest, `${baseOf(url)}/slack/events`)
  process.stdout.write(json ? `${JSON.stringify(manifest.toJS())}\n` : manifest.toString({ lineWidth: 120 }))
  process.stderr.write(
    'Next: https://api.slack.com/apps, Create New App, From a manifest, and paste it; see docs/slack.md.\n',
  )
  return true
}

function answerOverHttp(manifest: Document, address: string): void {
  const settings = manifest.get('settings')
  const commands = manifest.getIn(['features', 'slash_commands'])
  if (!isMap(settings) || !commands) throw new Fault('processing', 'manifests/slack/manifest.yaml lost its settings.')
  manifest.setIn(['settings', 'socket_mode_enabled'], false)
  for (const door of [
    ['settings', 'event_subscriptions', 'request_url'],
    ['settings', 'interactivity', 'request_url'],
    ['features', 'slash_commands', 0, 'url'],
  ]) {
    manifest.setIn(door, address)
  }
}

const ZIP = 'incident-orchestrator-teams.zip'

/** Writes the app package into the working folder. `clientId`: of the app registration; otherwise CLIENT_ID. */
export async function teams({
  url,
  clientId,
  json,
}: {
  url?: string
  clientId?: string
  json?: boolean
}): Promise<boolean> {
  const id = clientId ?? process.env['CLIENT_ID']
  if (id === undefined || !GUID.test(id)) {
    const came = id === undefined ? 'got none' : `got “${id.slice(0, 40)}”`
    throw new Fault(
      'validation',
      `Expected the app's client id, such as ${EXAMPLE}, ${came}. Give --client-id or CLIENT_ID; docs/teams.md says where it stands.`,
    )
  }
  const base = url === undefined ? NOWHERE : baseOf(url)
  const read = (name: string) => readFileSync(join(FOLDER, 'teams', name))
  const text = read('manifest.json')
    .toString()
    .replaceAll('{{CLIENT_ID}}', id.toLowerCase())
    .replaceAll('{{URL}}', base)
  const manifest = { ...JSON.parse(text), validDomains: url === undefined ? [] : [new URL(base).host] }
  const entries = [
    { name: 'manifest.json', bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    ...['color.png', 'outline.png'].map(name => ({ name, bytes: read(name) })),
  ]
  const file = resolve(ZIP)
  writeFileSync(file, zip(entries))
  if (json) process.stdout.write(`${JSON.stringify({ file, clientId: id, url: url === undefined ? null : base })}\n`)
  else process.stdout.write(`${file}\n`)
  process.stderr.write(nextInTeams(url === undefined ? undefined : base))
  return true
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const EXAMPLE = '11111111-2222-3333-4444-555555555555'
const NOWHERE = 'https://example.com' // Teams wants an address of the makers; without ours its page of the app leads here

function nextInTeams(base: string | undefined): string {
  const endpoint = base === undefined ? 'https://YOUR-HOST/api/messages' : `${base}/api/messages`
  return [
    'Next: in Teams, Apps, Manage your apps, Upload an app; then add it to the team whose channel it shall use.',
    `The bot's messaging endpoint (Azure Bot, Configuration) has to be ${endpoint}; see docs/teams.md.`,
    '',
  ].join('\n')
}

/** https, since both platforms refuse anything else; without a slash at its end. */
function baseOf(url: string): string {
  const address = URL.parse(url)
  if (address?.protocol === 'https:' && address.search === '' && address.hash === '') {
    return `${address.origin}${address.pathname}`.replace(/\/+$/, '')
  }
  throw new Fault(
    'validation',
    `--url: expected the public address of the product, such as https://incidents.example.com, got “${url.slice(0, 80)}”.`,
  )
}
