// A made application: its parts, who calls whom, and how it is watched. Nothing here knows of trouble.

/** `managed`: a database of the cloud provider; `queue`: one of its queues; `outside`: somebody else's service. */
export type PartKind = 'Deployment' | 'StatefulSet' | 'managed' | 'queue' | 'outside'

export type Call = {
  to: string
  perRequest: number
  /** Tried again so often when it fails. */
  retries: number
  /** Whether the caller fails when this call does; else it answers without. */
  needed: boolean
  timeoutSeconds: number
  /** For so many steps of 30 s the caller lives on what it holds in memory. */
  heldSteps: number
}

export type Part = {
  name: string
  kind: PartKind
  replicas: number
  /** Of its own work, without whom it calls. */
  ownSeconds: number
  memoryMebibytes: number
  /** Requests a second that customers make of it; 0: only other parts call it. */
  customers: number
  calls: Call[]
  /** What it writes on a good day: # is a number, @ an id. */
  lines: readonly [string, ...string[]]
}

export type Application = {
  /** Also its namespace. */
  name: string
  language: 'java' | 'go' | 'python' | 'node'
  /** How calls are measured: spans turned into a service graph, or a mesh. */
  watchedBy: 'spans' | 'mesh'
  nodes: readonly string[]
  /** Callers before those they call. */
  parts: readonly Part[]
  /** Parts with alert rules in Grafana; every part where its people want to know everything. */
  alerts: readonly string[]
}

export function partNamed({ parts, name: app }: Application, name: string): Part {
  const found = parts.find(part => part.name === name)
  if (!found) throw new Error(`expected a part ${name} of ${app}`)
  return found
}

export function callersOf({ parts }: Application, name: string): Part[] {
  return parts.filter(({ calls }) => calls.some(({ to }) => to === name))
}

export function isInCluster({ kind }: Part): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet'
}

export type Edge = { client: string; server: string; call: Call }

export function edgesOf({ parts }: Application): Edge[] {
  return parts.flatMap(({ name, calls }) => calls.map(call => ({ client: name, server: call.to, call })))
}
