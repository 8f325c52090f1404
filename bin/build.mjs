// Builds what cannot be run as it stands: the page and the WebAssembly of the analysis (always), and for publishing the
// JavaScript of everything else.
//   node bin/build.mjs page   at install: nothing is built, and nothing fails, where dev dependencies are missing
//   node bin/build.mjs wasm   the WebAssembly alone
//   node bin/build.mjs        everything
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Of src/analysis/wasm/<source>.as.ts; one source may be built more than once. */
const KERNELS = [
  { source: 'shape', output: 'shape', flags: [] },
  { source: 'mask', output: 'mask', flags: ['--enable', 'simd'] },
  {
    source: 'reachability',
    output: 'reachability',
    flags: '--enable simd,threads --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536'.split(' '),
  },
  {
    source: 'scan',
    output: 'scan',
    flags: '--enable simd --importMemory --initialMemory 1 --maximumMemory 65536'.split(' '),
  },
]

const root = join(import.meta.dirname, '..')
const onlyPage = process.argv[2] === 'page'
const onlyWasm = process.argv[2] === 'wasm'
const tool = name => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)

if (existsSync(tool('asc'))) for (const kernel of KERNELS) compile(kernel)
else if (!onlyPage) fail('asc is missing. Run npm ci with dev dependencies.')
if (!onlyWasm) {
  if (existsSync(tool('vite')) && existsSync(join(root, 'web', 'index.html')))
    run('vite', ['build', 'web', '--logLevel', 'warn'])
  else if (!onlyPage) fail('vite is missing. Run npm ci with dev dependencies.')
}
if (!onlyPage && !onlyWasm) {
  run('tsc', ['-p', 'tsconfig.build.json'])
  const built = join(root, 'dist', 'src', 'analysis', 'wasm')
  mkdirSync(built, { recursive: true })
  for (const { output } of KERNELS) copyFileSync(wasm(`${output}.wasm`), join(built, `${output}.wasm`))
}

function compile({ source, output, flags }) {
  run('asc', [
    wasm(`${source}.as.ts`),
    '-o',
    wasm(`${output}.wasm`),
    '--runtime',
    'stub',
    '-O3',
    '--noAssert',
    ...flags,
  ])
}

function wasm(file) {
  return join(root, 'src', 'analysis', 'wasm', file)
}

function run(name, given) {
  const { status } = spawnSync(tool(name), given, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0 && !onlyPage) process.exit(status ?? 1)
}

function fail(text) {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}
