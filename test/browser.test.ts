// The main job as a person does it, in a real browser: the demo is started, an incident arrives, is mended and explained.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterEach, describe, expect, test } from 'vitest'
import type { JournalLine } from '../simulator/journal.ts'
import { endPrograms, runProgram, startProgram } from './program.ts'
import { isChange } from './world.ts'

const CHROMIUM = '/usr/bin/chromium' // where Debian puts it
const ARGUMENTS = ['sandbox', 'first-run'].map(name => `--no-${name}`)
ARGUMENTS.push(...['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map(name => `--disable-${name}`))
const isThere = existsSync(CHROMIUM)

const APPEARS_MILLIS = 60_000 // what the product promises
const RESOLVES_MILLIS = 180_000 // ten calm looks of 10 s, and what the rollout takes
const STOPS_MILLIS = 5_000
const WHOLE = { fullPage: true, animations: 'disabled' } as const

test.runIf(process.env['REQUIRE_REAL'] === '1')('Chromium is there', () => {
  expect(isThere, `${CHROMIUM} is missing: install it (Debian: chromium)`).toBe(true)
})

describe.skipIf(!isThere)('the demo in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'))
  const pictures = process.env['SCREENSHOTS'] ?? join(folder, 'screenshots')
  let browser: Browser | undefined
  afterEach(async () => {
    await browser?.close()
    await endPrograms()
    rmSync(join(folder, 'data'), { recursive: true, force: true })
  })

  test('an incident appears, is rolled back, resolves, and is explained', { timeout: 300_000 }, async () => {
    mkdirSync(pictures, { recursive: true })
    const demo = startProgram(['demo', '--no-open', '--json', '--port', '0'], { environment: {}, cwd: folder })
    const [line] = await demo.says(/^\{.*\}$/m)
    const { url, simulator } = JSON.parse(line) as { url: string; simulator: { journalUrl: string } }

    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const troubles = troublesOf(page, url)
    await page.goto(url)
    await page.getByText('All quiet.').waitFor()
    const list = page.getByRole('navigation', { name: 'Incidents' })
    await list.getByRole('link', { name: /checkout/ }).waitFor({ timeout: APPEARS_MILLIS })
    const card = page.getByRole('region', { name: 'Incident' })
    const rollBack = card.getByRole('button', { name: /^Roll back/ })
    await rollBack.waitFor()
    await picture(page, 'open')

    await rollBack.click()
    const confirm = card.getByRole('button', { name: 'Confirm' })
    await confirm.waitFor()
    expect(await card.getByRole('list', { name: 'What would change' }).innerText()).toContain('v2.30')
    expect(await changes(simulator)).toEqual([])
    await picture(page, 'asked')
    await confirm.click()
    await card.getByText(/Approved by local responder \d\d:\d\d/).waitFor()
    await card.getByText(/applied \d\d:\d\d/).waitFor()
    await card.getByText(/checking/).waitFor()

    await page.getByLabel('Ask about this incident').fill('why?')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    const answer = page.locator('.answered')
    await answer.locator('.cite').first().waitFor()
    expect(await answer.innerText()).toContain('checkout')
    await picture(page, 'verifying')

    await card.getByText(/^✓ Resolved/).waitFor({ timeout: RESOLVES_MILLIS })
    await card.getByText(/recovered \d\d:\d\d/).waitFor()
    await card.getByRole('button', { name: 'Undo' }).waitFor()
    await page.getByRole('button', { name: /^Show the/ }).click()
    const told = await page.getByRole('region', { name: 'Timeline' }).innerText()
    expect(told).toMatch(/Approved by local responder[^]*Applied[^]*Verified[^]*Resolved/)
    await picture(page, 'resolved')
    expect(await changes(simulator)).toMatchObject([
      { method: 'PATCH', path: expect.stringContaining('/deployments/checkout') },
    ])
    expect(troubles).toEqual([])

    const stopping = performance.now()
    demo.child.kill('SIGINT')
    expect(await demo.ended).toBe(0)
    expect(performance.now() - stopping).toBeLessThan(STOPS_MILLIS)
    const audit = await runProgram(['audit', 'verify', '--data', 'data/demo', '--json'], {
      environment: {},
      cwd: folder,
    })
    expect(JSON.parse(audit.stdout)).toMatchObject({ ok: true })
    process.stderr.write(`screenshots: ${pictures}\n`)
  })

  async function picture(page: Page, name: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), ...WHOLE })
    }
    const viewport = page.viewportSize() ?? { width: 1280, height: 900 }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.screenshot({ path: join(pictures, `${name}-phone.png`), ...WHOLE })
    await page.setViewportSize(viewport)
  }
})

/** What a page of ours must not do: fail, or ask anybody else for anything. */
function troublesOf(page: Page, url: string): string[] {
  const troubles: string[] = []
  page.on('pageerror', error => troubles.push(String(error)))
  page.on('request', request => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) troubles.push(request.url())
  })
  return troubles
}

async function changes({ journalUrl }: { journalUrl: string }): Promise<JournalLine[]> {
  const lines = (await (await fetch(journalUrl)).text()).split('\n').filter(Boolean)
  return lines.map(line => JSON.parse(line) as JournalLine).filter(isChange)
}
