// Reads a file of `models/` and makes sure that it is the one the manifest names.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const manifestSchema = z.object({ files: z.array(z.object({ name: z.string(), sha256: z.string() })) })

/** Throws where the file is missing, unknown to manifest.json or not what it says. */
export function readModelFile(folder: string, name: string): Buffer<ArrayBuffer> {
  const { files } = manifestSchema.parse(JSON.parse(read(folder, 'manifest.json').toString()))
  const entry = files.find(file => file.name === name)
  if (!entry) throw new Error(`[models] expected ${name} in ${join(folder, 'manifest.json')}, found no such entry`)
  const bytes = read(folder, name)
  const digest = createHash('sha256').update(bytes).digest('hex')
  if (digest !== entry.sha256) {
    throw new Error(
      `[models] ${join(folder, name)} is damaged or another version: its SHA-256 is ${digest}, manifest.json says ` +
        `${entry.sha256}. Restore both files from the release.`,
    )
  }
  return bytes
}

function read(folder: string, name: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(join(folder, name))
  } catch (cause) {
    throw new Error(`[models] cannot read ${join(folder, name)}: is ${folder} the folder the models were shipped in?`, {
      cause,
    })
  }
}
