// The forms of the page in a real browser: drawn as the server asks them, and what cannot be done is said.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proposal } from '#incident/follow.ts'
import type { Incident } from '#incident/incident.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { readIncident } from '#incident/store.ts'
import { readConfig } from '../src/config.ts'
import { openHouse, SURROUNDINGS } from '../src/main.ts'
import type { House } from '../src/main.ts'
import { createMetrics } from '../src/metrics.ts'
import { buildPage } from '../src/page.ts'
import { serve } from '../src/serve.ts'
import type { Served } from '../src/serve.ts'
import { diagnosis } from './contracts/openings.ts'
import { ANA } from './world.ts'

const CHROMIUM = '/usr/bin/chromium' // where Debian puts it
const BUILDS_MILLIS = 60_000

describe.skipIf(!existsSync(CHROMIUM))('forms in Chromium', () => {
  const data = mkdtempSync(join(tmpdir(), 'page-forms-'))
  let house: House
  let served: Served
  let browser: Browser

  beforeAll(async () => {
    const config = readConfig({ environment: { HOME: data }, overrides: { data, http: { port: 0 } } })
    const given = { ...SURROUNDINGS, log: SILENT, observe: UNOBSERVED }
    house = await openHouse(config, () => [], given)
    const page = await buildPage(join(import.meta.dirname, '..'), () => undefined)
    const doors = { metrics: createMetrics(), routers: [], page, demo: false, nextFree: false }
    served = await serve({ ...given, ...doors, config, house })
    const args = ['--no-sandbox', '--disable-gpu']
    browser = await chromium.launch({ executablePath: CHROMIUM, args })
    for (const id of ['INC-1', 'INC-2']) await open(id)
  }, BUILDS_MILLIS)
  afterAll(async () => {
    await browser.close()
    await served.close()
    await house.close()
    rmSync(data, { recursive: true })
  })

  test('merged into the one that is chosen', async () => {
    const page = await pageOf('INC-2')
    await page.locator('summary', { hasText: 'Something else' }).click()
    await page.getByRole('button', { name: /^Merge/ }).click()
    const form = page.getByRole('form', { name: 'Merge' })
    await form.getByRole('radio', { name: /INC-1/ }).check()
    await form.getByRole('button', { name: 'Merge' }).click()
    await page.getByText('Merged: it goes on in the other.').waitFor()
    expect(await incident('INC-2')).toMatchObject({ mergedInto: 'INC-1' })
    await page.close()
  })

  test('the undo of a remedy the page has not read is said, not swallowed', async () => {
    const page = await pageOf('INC-1', { withoutRemedies: true })
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('INC-1-R1 is not among the remedies this page has read').waitFor()
    await page.close()
  })

  async function pageOf(id: string, { withoutRemedies = false } = {}): Promise<Page> {
    const page = await browser.newPage()
    page.setDefaultTimeout(10_000)
    if (withoutRemedies) {
      await page.route(`**/api/v1/incidents/${id}`, async route => {
        const response = await route.fetch()
        const json = (await response.json()) as object
        await route.fulfill({ response, json: { ...json, remediationSuggestions: [] } })
      })
    }
    await page.goto(`${served.url}/#/${id}`)
    return page
  }

  function incident(id: string): Promise<Incident> {
    return readIncident(house.store, id)
  }

  /** With a remedy that was applied and did not help, so that it can be undone. */
  async function open(id: string): Promise<void> {
    const call = { server: 'kubernetes', tool: 'restart_workload', arguments: { namespace: 'shop' } } as const
    const draft = {
      type: 'restart',
      target: { service: 'checkout' },
      call,
      title: 'Restart checkout',
      reason: 'it hangs',
      riskLevel: 'low',
      prerequisites: [],
      evidence: [],
    } as const
    const remedy = `${id}-R1`
    const outcome = { result: 'applied', generation: 2, detail: 'restarted', inverse: call } as const
    await house.store.append(id, 0, Date.now(), ANA, [
      { type: 'opened', key: id, reason: 'first seen', diagnosis: diagnosis(id, { onset: Date.now() }) },
      proposal(id, 1, { ...draft, prerequisites: [], evidence: [] }),
      { type: 'approved', remedy, have: 1, need: 1, sealed: 's', actionId: 'a', expiresAt: Date.now() },
      { type: 'applied', remedy, outcome },
      { type: 'failed', remedy, reason: 'no better after 5 min' },
    ])
  }
})
