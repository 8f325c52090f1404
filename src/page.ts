// The folder of the built page; in a checkout where it is missing or older than its source it is built first.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '#incident/fault.ts'

/** Throws a Fault `resource` when there is neither a page nor the means to build one. */
export async function buildPage(root: string, say: (line: string) => void): Promise<string> {
  const page = join(root, 'web', 'dist')
  const source = join(root, 'web', 'src')
  const built = existsSync(join(page, 'index.html')) ? statSync(join(page, 'index.html')).mtimeMs : 0
  if (built > 0 && (!existsSync(source) || built >= newest(source))) return page
  say('Building the page.')
  try {
    const { build } = await import('vite')
    await build({ root: join(root, 'web'), configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'error' })
  } catch (cause) {
    if (built > 0) return page
    throw new Fault(
      'resource',
      'The page is not built, and cannot be built here. Run npm ci with dev dependencies once.',
      { cause },
    )
  }
  return page
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Math.max(0, ...files.map(file => statSync(join(file.parentPath, file.name)).mtimeMs))
}
