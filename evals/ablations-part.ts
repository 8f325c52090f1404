// What each kind of evidence is worth, in evals/results.md: a section a data set, so that one can be measured without the others.
import type { Ablation } from './ablations.ts'
import type { Aim } from './aims.ts'
import type { Part } from './part.ts'
import { brief, table } from './part.ts'
import { nameOfSystem } from './dataset-part.ts'

export function ablationsParts(ablations: readonly Ablation[]): Part[] {
  return [...Map.groupBy(ablations, ({ dataset }) => dataset)].map(([dataset, rows]) => ablationsPart(dataset, rows))
}

function ablationsPart(dataset: string, ablations: readonly Ablation[]): Part {
  return {
    name: `ablations-${dataset}`,
    lines: [
      `## ablations-${dataset}`,
      '',
      `\`eval ${dataset} --ablations\`: the same recordings with one kind of evidence taken out before they are replayed, and what it is`,
      'worth: the figure with it less the figure without. `history`: each fault alone, with two steps of data before it; `edges`: series of',
      'calls; `kubernetes`: objects, and the logs and usage read of them. Recordings that never had it are left out.',
      ...(dataset === 'opensre' ? ['Causes are categories here; first is: category right.'] : []),
      '',
      ...table(
        ['system', 'without', 'faults', 'first', 'worth', 'first three', 'worth', 'F1', 'worth'],
        ablations.map(row => [
          row.system === '' ? row.dataset : nameOfSystem(row.system),
          row.without,
          row.n,
          row.first,
          row.worthFirst,
          row.firstThree,
          row.worthFirstThree,
          brief(row.f1),
          row.worthF1,
        ]),
      ),
    ],
    reached: Object.assign({}, ...ablations.map(reachedBy)),
  }
}

function reachedBy(row: Ablation): Partial<Record<Aim, string>> {
  const found = brief(row.first, row.firstThree)
  if (row.dataset === 'petshop' && row.without === 'history') {
    return { 'PetShop without any history: first / in first three': found }
  }
  if (nameOfSystem(row.system) === 'Online Boutique' && row.without === 'edges') {
    return { 'Online Boutique without call edges: first / in first three': found }
  }
  return {}
}
