// The kubeconfig file that points kubectl and every client library at the simulated cluster.
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Writes `kubeconfig` into `folder` (absent: a new temporary one), readable by its owner only; answers its path. */
export async function writeKubeconfig(server: string, token: string, folder?: string): Promise<string> {
  const path = join(folder ?? (await mkdtemp(join(tmpdir(), 'simulated-cluster-'))), 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'demo', cluster: { server } }],
    users: [{ name: 'demo', user: { token } }],
    contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'demo' } }],
    'current-context': 'demo',
  }
  await writeFile(path, JSON.stringify(config, null, 2), { mode: 0o600 })
  return path
}
