// Where this package lies: in a checkout two folders up, three once it is built.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The folder that holds package.json, models/ and web/. */
export const ROOT = [2, 3].map(up => join(import.meta.dirname, ...Array<string>(up).fill('..'))).find(hasPackage) ?? '.'

function hasPackage(folder: string): boolean {
  return existsSync(join(folder, 'package.json'))
}
