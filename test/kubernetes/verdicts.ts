// What the checks of the Kubernetes server say of some objects, a line each, for their tests.
import { runChecks } from '#mcp-servers/kubernetes/checks/index.ts'
import { viewOf } from './objects.ts'
import type { Raw } from './objects.ts'

/** "Deployment/shop/cart CrashLoopBackOff 8", strongest first. `logs` and `earlier` as for viewOf. */
export function verdictsOf(
  objects: Raw[],
  logs: Record<string, string[]> = {},
  earlier: Record<string, string[]> = {},
): string[] {
  return runChecks(viewOf(objects, logs, earlier)).map(
    ({ object: { kind, namespace = '', name }, fault, points }) =>
      `${kind}/${namespace}/${name} ${fault} ${Math.round(points * 10) / 10}`,
  )
}
