// A service without a selector: somebody wrote down by hand where it leads, and nobody answers there any more.
import { keyOf, named } from '../view.ts'
import { saidBy } from './steady.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

const LINES = 5

export const manualEndpoints: Check = {
  name: 'manual-endpoints',
  check(view) {
    const asked = view.complaints().filter(({ how, service }) => {
      const isPlain = service && Object.keys(service.spec?.selector ?? {}).length === 0
      const isOwn = service?.metadata.namespace === 'default' && service.metadata.name === 'kubernetes'
      return isPlain && !isOwn && (how === 'timeout' || how === 'refused')
    })
    return [...Map.groupBy(asked, ({ service }) => service)].flatMap(([service, complaints]): Verdict[] => {
      const [first] = complaints
      if (!service || !first) return []
      const templates = new Set(complaints.map(({ line }) => line.template))
      const callers = new Map(complaints.map(({ by }) => [keyOf(by), by]))
      const said = [...callers.values()].flatMap(
        by => saidBy(view, by, ({ template }) => templates.has(template)) ?? [],
      )
      if (said.reduce((total, { count }) => total + count, 0) < LINES) return []
      const { namespace, name } = service.metadata
      return [
        {
          object: { kind: 'Service', namespace, name },
          fault: 'ManualEndpointsSilent',
          points: said.some(({ isSteady }) => isSteady) ? 12 : 8,
          whenHealthy: 1,
          text: `service ${named(service.metadata)} leads to an address written by hand, and nobody answers there`,
          since: Math.min(...said.map(({ since }) => since)),
          mend: `correct the endpoints of ${named(service.metadata)}, or bring back what should answer there`,
          witness: complaints.slice(0, 4).map(({ line }) => logWitness(line)),
        },
      ]
    })
  },
}
