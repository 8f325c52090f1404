// Builds what cannot be run as it stands: the page (always), and for publishing the JavaScript of everything else.
//   node bin/build.mjs page   at install: nothing is built, and nothing fails, where dev dependencies are missing
//   node bin/build.mjs        everything
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const onlyPage = process.argv[2] === 'page'
const tool = name => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)

if (existsSync(tool('vite')) && existsSync(join(root, 'web', 'index.html')))
  run('vite', ['build', 'web', '--logLevel', 'warn'])
else if (!onlyPage) fail('vite is missing. Run npm ci with dev dependencies.')
if (!onlyPage) run('tsc', ['-p', 'tsconfig.build.json'])

function run(name, given) {
  const { status } = spawnSync(tool(name), given, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0 && !onlyPage) process.exit(status ?? 1)
}

function fail(text) {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}
