import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { readConfig } from './config.ts'
import { openHouse, SURROUNDINGS } from './main.ts'

test('what was learnt cannot be kept at the end: that is said, and everything else is closed all the same', async () => {
  const data = mkdtempSync(join(tmpdir(), 'house-'))
  const config = readConfig({ environment: { HOME: data }, overrides: { data } })
  const house = await openHouse(config, () => [], { ...SURROUNDINGS, log: SILENT, observe: UNOBSERVED })
  await house.watch.begin(Date.now())
  await house.watch.tick()
  const other = new DatabaseSync(join(data, 'incidents.db'))
  other.exec('DROP TABLE part')
  other.close()
  await expect(house.close()).rejects.toThrow(/cannot be read or written/)
  await expect(house.analyst.snapshot()).rejects.toThrow(/ended/)
  await expect(house.store.list()).rejects.toThrow()
  rmSync(data, { recursive: true })
})
