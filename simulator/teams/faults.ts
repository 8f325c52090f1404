// What can stand in front of the simulated Teams: refusals, silence before and after a message was taken, slow answers.

export type Fault = {
  /** `drop after`: what was sent is taken, and the connection is closed before the answer. */
  kind: 'status' | 'drop before' | 'drop after' | 'slow'
  status?: number
  retryAfterSeconds?: number
  millis?: number
  /** Only requests whose method and path match; absent: all. */
  method?: string
  path?: RegExp
  /** How many it strikes; absent: all until cleared. */
  times?: number
}

export type Faults = {
  add(fault: Fault): void
  clear(): void
  /** The one that strikes this request, if there is one. */
  meet(method: string, path: string): Fault | undefined
}

export function openFaults(): Faults {
  let standing: Fault[] = []
  return {
    add: fault => void standing.push({ ...fault }),
    clear: () => void (standing = []),
    meet(method, path) {
      const fault = standing.find(each => (each.method ?? method) === method && (each.path?.test(path) ?? true))
      if (fault?.times !== undefined && --fault.times === 0) standing = standing.filter(other => other !== fault)
      return fault
    },
  }
}
