// The command line as a user starts it: a process of its own, what it says, how it ends.
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const BIN = join(ROOT, 'bin', 'incident-orchestrator.mjs')

export type Program = {
  child: ChildProcessWithoutNullStreams
  stdout(): string
  stderr(): string
  /** What matches, in either output, said already or yet to come; fails with all it said if it ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | string>
}

export type Surroundings = {
  /** Besides PATH: nothing of the machine's own settings reaches it. */
  environment: Record<string, string>
  cwd: string
  /** Modules loaded before it. */
  preload?: string
}

/** What one process has compiled the next need not: a quarter of the time each takes to start. */
const COMPILED = join(ROOT, 'node_modules', '.cache', 'compiled')

const running = new Set<Program>()

export function startProgram(words: readonly string[], { environment, cwd, preload }: Surroundings): Program {
  const options = ['--conditions=orchestrator-source', ...(preload ? ['--import', preload] : [])]
  const child = spawn(process.execPath, [...options, BIN, ...words], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, NODE_COMPILE_CACHE: COMPILED, ...environment },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const program: Program = {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended: new Promise(resolve => child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))),
    says(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
      const check = () => {
        const found = pattern.exec(stdout) ?? pattern.exec(stderr)
        if (found) resolve(found)
      }
      for (const stream of [child.stdout, child.stderr]) stream.on('data', check)
      void program.ended.then(code => {
        check()
        reject(new Error(`${words[0]} ended with ${code} before it said ${pattern}:\n${stdout}\n${stderr}`))
      })
      check()
      return promise
    },
  }
  running.add(program)
  void program.ended.then(() => running.delete(program))
  return program
}

export async function runProgram(words: readonly string[], surroundings: Surroundings) {
  const program = startProgram(words, surroundings)
  program.child.stdin.end()
  const code = await program.ended
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

/** For `afterEach`: what a failed test left running. */
export async function endPrograms(): Promise<void> {
  for (const { child } of running) child.kill('SIGKILL')
  await Promise.all(Array.from(running, ({ ended }) => ended))
}
