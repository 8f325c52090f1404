// The key that seals approvals: made at first start, kept in the data folder, readable by its owner only.
import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { privateKeyFrom } from '#incident/approval.ts'
import { Fault } from '#incident/fault.ts'

/** An Ed25519 key, mode 0600. Two processes that start at once end up with the same one. Throws a Fault `resource`. */
export function openKey(folder: string): KeyObject {
  const file = join(folder, 'approval.key')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { privateKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    try {
      writeFileSync(file, privateKey, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (readFileSync(file, 'utf8') === '') {
      // A start that ended, or a disk that was full, between making the file and filling it.
      writeFileSync(`${file}.new`, privateKey, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    }
    chmodSync(file, 0o600)
    return privateKeyFrom(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Fault('resource', `The key ${file} cannot be read or written; check the owner and mode of the folder.`, {
      cause,
    })
  }
}
