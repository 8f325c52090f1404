import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hold } from './hold.ts'

test('a folder is held by one process at a time, and free again when that is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hold-'))
  const other = spawn(
    process.execPath,
    ['--conditions=orchestrator-source', '--input-type=module', '-e', HOLDER, folder],
    { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(other.stdout, 'data')
  expect(() => hold(folder)).toThrow(/Another process runs on the data folder .*hold-/)
  other.kill('SIGKILL')
  await once(other, 'exit')
  const held = hold(folder)
  expect(() => hold(folder)).toThrow(/Another process/)
  held.release()
  hold(folder).release()
  rmSync(folder, { recursive: true })
})

const HOLDER = `
  import { hold } from './hold.ts'
  hold(process.argv[1])
  process.stdout.write('held')
  setInterval(() => undefined, 1_000)
`
