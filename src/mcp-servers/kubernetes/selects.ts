// Whether a label selector of an object selects labels. Pure.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
import type { LabelSelector } from './schema.ts'

/** An absent selector selects nothing, an empty one everything. */
export function selects(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  if (!selector) return false
  return (
    Object.entries(selector.matchLabels).every(([label, value]) => labels[label] === value) &&
    selector.matchExpressions.every(requirement => holds(requirement, labels))
  )
}

type Requirement = NonNullable<LabelSelector>['matchExpressions'][number]

function holds({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
  return false
}
