// Cards as Microsoft's own playground draws them in a real browser, which stands in for the Teams client: posted, pressed,
// replaced in place, asked about. It signs nothing, so a relay signs for it, as the Connector would.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { chartPicture } from '#cards/chart-picture.ts'
import type { Thread } from '#incident/thread.ts'
import type { Incident } from '#incident/incident.ts'
import { readIncident } from '#incident/store.ts'
import type { Person } from '../simulator/teams/tenant.ts'
import type { SimulatedTeams } from '../simulator/teams/serve.ts'
import { openTeamsWorld, said } from './teams-world.ts'
import type { Answer, TeamsWorld } from './teams-world.ts'

const CHROMIUM = '/usr/bin/chromium' // where Debian puts it
const ARGUMENTS = ['--no-sandbox', '--no-first-run', '--disable-gpu', '--disable-background-networking']
const PLAYGROUND = join(import.meta.dirname, '../node_modules/@microsoft/m365agentsplayground/cli.js')
const isThere = existsSync(CHROMIUM) && existsSync(PLAYGROUND)
const PATIENCE_MILLIS = 30_000
const PERSONAL = 'a:1-personal'

test.runIf(process.env['REQUIRE_REAL'] === '1')('Chromium and the playground are there', () => {
  expect(isThere, `${CHROMIUM} (Debian: chromium) or ${PLAYGROUND} (npm ci) is missing`).toBe(true)
})

describe.skipIf(!isThere)('in the playground', () => {
  const folder = mkdtempSync(join(tmpdir(), 'playground-'))
  const pictures = process.env['SCREENSHOTS'] ?? join(folder, 'screenshots')
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end()
    if (!process.env['SCREENSHOTS']) rmSync(folder, { recursive: true, force: true })
  })

  test('a card is posted, pressed and replaced in place, and a question is answered', {
    timeout: 180_000,
  }, async () => {
    mkdirSync(pictures, { recursive: true })
    const port = await freePort()
    const { world, relay } = await bot(`http://localhost:${port}/_connector`)
    await playground(port, relay, world.teams)
    const page = await open(port)

    await page.getByText('Incidents room').click()
    await page.getByText('Start a new post').waitFor({ timeout: PATIENCE_MILLIS })
    await page.getByText('What you can say').waitFor({ timeout: PATIENCE_MILLIS })
    const thread = await world.post()
    await page.getByText('1 in 3 checkouts fail').waitFor({ timeout: PATIENCE_MILLIS })
    await page.getByRole('img', { name: /checkout errors/i }).waitFor({ timeout: PATIENCE_MILLIS })
    await picture(page, 'posted')

    await page.getByRole('button', { name: 'Roll back…' }).click()
    await page.getByText('Asked the cluster').waitFor({ timeout: PATIENCE_MILLIS })
    expect(world.events.at(-1)).toMatchObject({
      by: { name: 'Ana', user: world.teams.tenant.people.ana.aadObjectId },
      action: { kind: 'preview', remedy: 'INC-42-R1' },
      thread: { id: thread.id },
    })
    await picture(page, 'pressed')

    // The worker edits the message when the incident changes: everybody sees the same again.
    const incident = await readIncident(world.store, 'INC-42')
    await world.chat.edit(thread, { kind: 'incident', incident: { ...incident, title: 'Every checkout fails.' } })
    await page.getByText('Every checkout fails.').waitFor({ timeout: PATIENCE_MILLIS })
    expect(await page.getByText('Asked the cluster').count()).toBe(0)
    await picture(page, 'edited')

    const [remedy] = incident.remedies
    if (!remedy) throw new Error('the record proposes no remedy')
    await world.chat.reply(thread, remedy.id, { kind: 'preview', incident, remedy, approvers: ['lead'] })
    await page.getByText('Before you approve').waitFor({ timeout: PATIENCE_MILLIS })
    await picture(page, 'preview')

    const box = page.getByRole('textbox').nth(1) // of the newest thread, below that for a new one
    await box.click()
    await page.keyboard.type('@')
    await page.getByRole('menuitem', { name: 'Incidents' }).click()
    await page.keyboard.type('why does checkout fail?')
    await page.keyboard.press('Enter')
    await page.getByText('v2.31 crashes on start.', { exact: true }).waitFor({ timeout: PATIENCE_MILLIS })
    expect(world.events.at(-1)?.action).toEqual({
      kind: 'ask',
      question: 'why does checkout fail?',
      incident: 'INC-42',
    })
    await picture(page, 'asked')

    await page.getByText('Personal Chat', { exact: true }).click()
    const personal: Thread = { chat: 'teams', channel: PERSONAL, id: '' }
    await world.chat.reply(personal, remedy.id, { kind: 'preview', incident, remedy, approvers: ['lead'] })
    await page.getByRole('button', { name: 'Approve: roll back' }).waitFor({ timeout: PATIENCE_MILLIS })
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.getByLabel('Why not').fill('It is Friday.')
    await picture(page, 'form')
    await page.getByRole('button', { name: 'Deny' }).last().click()
    await expect
      .poll(() => world.events.at(-1)?.action, { timeout: PATIENCE_MILLIS })
      .toEqual({ kind: 'deny', remedy: 'INC-42-R1', reason: 'It is Friday.' })
    await page.getByText('Asked the cluster').waitFor({ timeout: PATIENCE_MILLIS })

    await page.getByRole('textbox').last().click()
    await page.keyboard.type('what changed in checkout?')
    await page.keyboard.press('Enter')
    await page.getByText('v2.31 crashes on start.', { exact: true }).waitFor({ timeout: PATIENCE_MILLIS })
    expect(world.told).toEqual([]) // no refusal on the way
    await picture(page, 'personal')
  })

  async function bot(serviceUrl: string): Promise<{ world: TeamsWorld; relay: string }> {
    const answer: Answer = ({ action }) =>
      action.kind === 'ask'
        ? {
            to: 'thread',
            message: {
              kind: 'answer',
              question: action.question,
              answer: { answer: 'v2.31 crashes on start.', claims: [], unknown: [], model: null },
            },
          }
        : said('Asked the cluster: 2 pods would restart.')
    const drawn = (incident: Incident) => chartPicture(incident, { now: Date.now(), zone: 'UTC' })
    const world = await openTeamsWorld({ answer, picture: drawn, settings: { serviceUrl, team: undefined } })
    ends.push(() => world.close())
    const app = express()
    app.use(express.text({ type: () => true, limit: '1mb' }), async (request, response) => {
      if (request.method !== 'POST') return void response.end() // whether anybody is here
      const signed = world.teams.identity.sign(serviceUrl)
      const answered = await fetch(world.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${signed}` },
        body: String(request.body),
      })
      response
        .status(answered.status)
        .type('json')
        .send(await answered.text())
    })
    const server = createServer(app)
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
    ends.push(() => server.close())
    return { world, relay: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages` }
  }

  async function playground(port: number, relay: string, teams: SimulatedTeams): Promise<void> {
    const config = join(folder, 'playground.yml')
    writeFileSync(config, stringify(contextOf(teams)))
    const child: ChildProcess = spawn(
      process.execPath,
      ['--require', join(import.meta.dirname, 'loopback.cjs'), PLAYGROUND, 'start'].concat([
        '--app-endpoint',
        relay,
        '--channel-id',
        'msteams',
        '--port',
        String(port),
        '--disable-telemetry',
      ]),
      {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          TEAMS_APP_TEST_TOOL_CONFIG_PATH: config,
          TEAMSAPPTESTER_BROWSER: 'none',
          BROWSER: 'none',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    const ended = new Promise(resolve => child.once('exit', resolve))
    ends.push(() => child.kill() && ended)
    await new Promise<void>((listening, failed) => {
      child.stdout?.on('data', (data: Buffer) => data.toString().includes('Listening') && listening())
      child.once('exit', code => failed(new Error(`the playground ended with ${code}`)))
    })
  }

  async function open(port: number): Promise<Page> {
    const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
    ends.push(() => browser.close())
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } })
    const own = `http://127.0.0.1:${port}/`
    await page.route('**/*', route => (route.request().url().startsWith(own) ? route.continue() : route.abort()))
    await page.goto(own)
    return page
  }

  async function picture(page: Page, name: string): Promise<void> {
    await page.screenshot({ path: join(pictures, `teams-${name}.png`), fullPage: true })
  }
})

/** The people and places of the simulated tenant, as the playground wants to be told. */
function contextOf({ tenant }: SimulatedTeams) {
  const { ana, ...others } = tenant.people
  const user = ({ id, name, aadObjectId = id }: Person) => ({
    id,
    name,
    aadObjectId,
    userPrincipleName: `${name.toLowerCase()}@example.com`,
    givenName: name,
    surname: name,
    email: `${name.toLowerCase()}@example.com`,
  })
  return {
    version: '0.1.1',
    tenantId: tenant.id,
    bot: { id: `28:${tenant.app.clientId}`, name: tenant.app.name },
    currentUser: user(ana),
    users: Object.values(others).map(user), // it wants five
    personalChat: { id: PERSONAL },
    groupChat: { id: '19:group@thread.v2', name: 'Group' },
    team: {
      id: '19:general@thread.tacv2',
      name: 'Shop',
      aadGroupId: tenant.team,
      channels: [{ id: tenant.channel, name: 'Incidents room' }],
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise(closed => server.close(closed))
  return port
}
