// The simulated cluster as people's own kubectl sees it.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeKubeconfig } from '../simulator/kubeconfig.ts'
import {
  pod,
  recordingOf,
  shop,
  start,
  startTinyCluster,
  type TinyCluster,
} from '../simulator/kubernetes/tiny-cluster.ts'
import { findParty, REQUIRED } from './parties.ts'

const run = promisify(execFile)
const program = await findParty('kubectl')

/** So that a rollout of ten seconds is over in half of one. */
const speed = 20

test.runIf(REQUIRED)('kubectl is there', () => {
  expect(program, 'kubectl is on no folder of PATH: install it (Debian: kubernetes-client)').toBeDefined()
})

describe.skipIf(program === undefined)('kubectl', () => {
  let cluster: TinyCluster
  let folder: string
  let kubeconfig: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubectl-test-'))
    const crashed = {
      exitCode: 1,
      reason: 'Error',
      startedAt: '2026-11-20T09:50:00Z',
      finishedAt: '2026-11-20T09:50:09Z',
    }
    const crashing = pod('sick', '', {
      containerStatuses: [
        {
          name: 'web',
          image: 'web:1',
          imageID: '',
          ready: false,
          restartCount: 4,
          state: { running: { startedAt: '2026-11-20T09:51:00Z' } },
          lastState: { terminated: crashed },
        },
      ],
    })
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'sick.1', namespace: 'shop' },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'sick', uid: 'uid-sick' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
      source: { component: 'kubelet' },
      count: 4,
      firstTimestamp: '2026-11-20T09:50:09Z',
      lastTimestamp: '2026-11-20T09:55:00Z',
    }
    const line = (at: string, text: string) => ({ at: Date.parse(at), namespace: 'shop', pod: 'sick', line: text })
    const logs = [line('2026-11-20T09:50:05Z', 'out of memory'), line('2026-11-20T09:51:05Z', 'up again')]
    const usage = { at: start, cpu: '25m', memory: '64Mi' }
    const metrics = [{ ...usage, namespace: 'shop', pod: 'sick', container: 'web' }]
    const began = Date.now()
    cluster = await startTinyCluster({
      recording: recordingOf({ objects: [...shop(), crashing, event], logs, metrics }),
      clock: () => start + (Date.now() - began) * speed,
      token: 'right',
    })
    kubeconfig = await writeKubeconfig(cluster.url, 'right', folder)
  })
  afterAll(async () => {
    await cluster.close()
    await rm(folder, { recursive: true })
  })

  /** What it prints, each run of spaces as one. */
  async function kubectl(...words: string[]): Promise<string> {
    const { stdout } = await run(program ?? '', [...options(), ...words], { env: environment() })
    return stdout.replace(/ +/g, ' ')
  }

  function options(): string[] {
    return ['--kubeconfig', kubeconfig, '--cache-dir', join(folder, 'cache'), '--namespace', 'shop']
  }

  function environment(): NodeJS.ProcessEnv {
    return { ...process.env, HOME: folder }
  }

  test('reads: get, describe, logs, top, can-i', async () => {
    const all = await kubectl('get', 'pods,events,deploy')
    expect(all).toContain('pod/sick 0/1 Running 4')
    expect(all).toContain('Warning BackOff pod/sick Back-off restarting failed container')
    expect(all).toContain('deployment.apps/web 2/2 2 2')
    expect(await kubectl('get', 'pods', '-A', '-o', 'wide')).toContain('shop sick 0/1 Running 4')
    expect(JSON.parse(await kubectl('get', 'deploy', 'web', '-o', 'json')).metadata.uid).toBe('uid-web')
    expect(await kubectl('get', 'deploy', '-o', 'yaml')).toContain('kind: Deployment')
    expect(await kubectl('describe', 'pod', 'sick')).toMatch(/Restart Count: 4[^]*Back-off restarting failed container/)
    expect(await kubectl('logs', 'sick')).toBe('up again\n')
    expect(await kubectl('logs', 'sick', '--previous')).toBe('out of memory\n')
    expect(await kubectl('top', 'pod')).toContain('sick 25m 64Mi')
    expect(await kubectl('auth', 'can-i', 'patch', 'deployments')).toBe('yes\n')
  })

  test('writes: rollout restart, history, undo, status; scale; annotate; watch', async () => {
    const finished = 'deployment "web" successfully rolled out'
    const watching = spawn(program ?? '', [...options(), 'get', 'pods', '--watch'], { env: environment() })
    const created = new Promise<void>((resolve, reject) => {
      watching.stdout.on('data', (text: Buffer) => String(text).includes('ContainerCreating') && resolve())
      watching.on('close', () => reject(new Error('expected the watch to show a pod being created, it ended before')))
    })
    await once(watching.stdout, 'data')

    await kubectl('rollout', 'restart', 'deploy/web')
    expect(await kubectl('rollout', 'status', 'deploy/web')).toContain(finished)
    expect(await kubectl('rollout', 'history', 'deploy/web')).toMatch(/\n1 <none>\n2 <none>\n3 <none>\n/)
    await kubectl('rollout', 'undo', 'deploy/web', '--to-revision=1')
    expect(await kubectl('rollout', 'status', 'deploy/web')).toContain(finished)
    expect(await kubectl('rollout', 'history', 'deploy/web')).toMatch(/\n2 <none>\n3 <none>\n4 <none>\n/)
    expect(await kubectl('get', 'rs', 'web-old', '-o', 'name')).toBe('replicaset.apps/web-old\n')
    await kubectl('scale', 'deploy/web', '--replicas=3')
    expect(await kubectl('rollout', 'status', 'deploy/web')).toContain(finished)
    await kubectl('annotate', 'deploy/web', 'acme/why=because')
    expect(await kubectl('get', 'deploy', 'web', '-o', 'jsonpath={.metadata.generation} {.spec.replicas}')).toBe('5 3')
    await created
    watching.kill()
  })
})
