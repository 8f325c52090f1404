// settings: what is muted, known or in maintenance, as the record and the configuration tell it.
import { settingsCard } from '#cards/settings-card.ts'
import { cardText } from '#cards/text.ts'
import { occurrenceAt } from '#incident/maintenance.ts'
import { readSettings } from '#incident/settings.ts'
import { presentSettings } from '#mcp-servers/present.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { ownZone, STYLE } from './terminal.ts'
import { configOf } from './with-house.ts'
import type { Where } from './with-house.ts'

export async function settings(options: Where & { json?: boolean }): Promise<boolean> {
  const config = configOf(options)
  const now = Date.now()
  const store = openSqliteStore(config.data)
  try {
    const on = config.maintenance.flatMap(window => occurrenceAt(window, now) ?? [])
    const found = await readSettings(store, on, now)
    if (options.json) process.stdout.write(`${JSON.stringify(presentSettings(found))}\n`)
    else process.stdout.write(`${cardText(settingsCard(found, { now, zone: ownZone() }), STYLE)}\n`)
    return true
  } finally {
    await store.close()
  }
}
