// What node-problem-detector and its like say of a node in conditions of their own: a clock without its servers, a deadlocked
// kernel, a file system that turned read-only. https://github.com/kubernetes/node-problem-detector
import type { Millis } from '#incident/signal.ts'
import type { Check, Verdict } from './verdict.ts'

const NEW: Millis = 24 * 3_600_000 // what stands for longer has been lived with
/** Named for what is bad about them, so that True is trouble. */
const BAD =
  /(?:Problem|Deadlock|ReadonlyFilesystem|Corrupt\w*|Corruption|Unhealthy|Failure|Failed|Exhausted|Full|Down|XIDError)$|^Frequent/

export const nodeProblem: Check = {
  name: 'node-problem',
  check: view =>
    view.nodes.flatMap(({ metadata: { name }, status }) =>
      (status?.conditions ?? [])
        .filter(({ type, status: is }) => is === 'True' && BAD.test(type))
        .map(({ type, message, reason, lastTransitionTime = view.at }): Verdict => {
          const why = message ?? reason
          return {
            object: { kind: 'Node', name },
            fault: type,
            points: view.at - lastTransitionTime < NEW ? 10 : 3,
            text: `node ${name}: ${type}${why ? ` (${why.slice(0, 200)})` : ''}`,
            since: lastTransitionTime,
            mend: `mend that on ${name}, or drain and replace it`,
            witness: [`Node ${name}: ${type} True${why ? `: ${why.slice(0, 300)}` : ''}`],
          }
        }),
    ),
}
