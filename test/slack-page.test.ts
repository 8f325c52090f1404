// The page at #/preview in a real browser: every block of every message is drawn, light and dark, on a desktop and on a phone.
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  applied,
  approved,
  at,
  diagnosis,
  noBetter,
  previewed,
  resolved,
  rollback,
  verified,
} from '#cards/fixtures/checkout.ts'
import type { Step } from '#cards/fixtures/checkout.ts'
import type { IncidentStore } from '#incident/store.ts'
import { buildPage } from '../src/page.ts'
import { previewRouter } from '../src/rest/preview.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'

const CHROMIUM = '/usr/bin/chromium' // where Debian puts it
const ARGUMENTS = ['--no-sandbox', '--no-first-run', '--disable-gpu']
const root = join(import.meta.dirname, '..')

describe.skipIf(!existsSync(CHROMIUM))('what Slack is sent, drawn', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slack-page-'))
  const pictures = process.env['SCREENSHOTS'] ?? folder
  let store: IncidentStore
  let server: Server
  let browser: Browser

  beforeAll(async () => {
    store = openSqliteStore(folder)
    await record(store, 'INC-1', [previewed])
    await record(store, 'INC-2', [previewed, approved, applied, noBetter])
    await record(store, 'INC-3', [previewed, approved, applied, verified, resolved])
    const health = [{ source: 'sentry' as const, up: false, since: at(0) }]
    const status = async () => ({
      kind: 'status' as const,
      open: 2,
      sources: health,
      everyMillis: 60_000,
      since: at(0),
    })
    const app = express()
    app.use('/api/v1', previewRouter({ store, clock: () => at(8), status }))
    app.use(express.static(await buildPage(root, () => {})))
    server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  })
  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
    await store?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each([
    ['INC-1', 'light', 1000],
    ['INC-2', 'dark', 1000],
    ['INC-3', 'light', 390],
  ] as const)('%s, %s, %s pixels wide', async (incident, colorScheme, width) => {
    const view = { viewport: { width, height: 900 }, colorScheme, timezoneId: 'Europe/Berlin', locale: 'en-GB' }
    const page = await browser.newPage(view)
    const troubles: string[] = []
    page.on('pageerror', error => troubles.push(String(error)))
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/#/preview/${incident}`)
    await page.getByRole('region', { name: 'App Home' }).waitFor()
    expect(await page.getByRole('region').count()).toBeGreaterThan(10)
    expect(await page.locator('mark').allInnerTexts()).toEqual([]) // what it cannot draw, it marks
    expect(await page.getByRole('region', { name: 'For who joins late' }).innerText()).toContain('14:09')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    mkdirSync(pictures, { recursive: true })
    await page.screenshot({ path: join(pictures, `slack-${incident}-${colorScheme}-${width}.png`), fullPage: true })
    expect(troubles).toEqual([])
    await page.close()
  })
})

async function record(store: IncidentStore, incident: string, steps: readonly Step[]): Promise<void> {
  const remedy = `${incident}-R1`
  await store.append(incident, 0, at(6), 'system', [
    { type: 'opened', key: incident, reason: 'first seen', diagnosis },
    { type: 'proposed', remedy, draft: rollback },
  ])
  let version = 2
  for (const [minutes, by, happening] of steps) {
    const about = 'remedy' in happening ? { ...happening, remedy } : happening
    await store.append(incident, version++, at(minutes), by, [about])
  }
}
