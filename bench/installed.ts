// Programs of others that a benchmark stands beside, installed only when asked for (`--peers`), each set in a folder of
// its own under the temporary folder that later runs find again.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FOLDER = join(tmpdir(), 'incident-orchestrator-peers')
const INSTALL_MILLIS = 600_000

/** Path of a Python that has these packages of PyPI, each `name==version`. Throws what the installation said. */
export function pythonWith(packages: readonly string[]): string {
  return join(
    installed(packages, folder => {
      run('python3', ['-m', 'venv', folder], FOLDER)
      run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...packages], FOLDER)
    }),
    'bin',
    'python',
  )
}

/** Folder whose node_modules holds these packages of npm, each `name@version`; their install scripts are not run. */
export function nodeModulesWith(packages: readonly string[]): string {
  return installed(packages, folder => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private": true}')
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...packages], folder)
  })
}

/** What a program prints on stdout. */
export function run(command: string, given: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, given, {
    cwd,
    encoding: 'utf8',
    timeout: INSTALL_MILLIS,
    maxBuffer: 2 ** 28,
  })
  if (status === 0) return stdout
  throw new Error(`${command} ${given.join(' ')} failed: ${error?.message ?? stderr.trim().slice(-2_000)}`)
}

function installed(packages: readonly string[], install: (folder: string) => void): string {
  const name = createHash('sha256').update(packages.toSorted().join('\n')).digest('hex').slice(0, 12)
  const folder = join(FOLDER, name)
  if (existsSync(join(folder, 'installed'))) return folder
  rmSync(folder, { recursive: true, force: true }) // half of one, from a run that was stopped
  mkdirSync(FOLDER, { recursive: true })
  install(folder)
  writeFileSync(join(folder, 'installing'), packages.join('\n'))
  renameSync(join(folder, 'installing'), join(folder, 'installed'))
  return folder
}
