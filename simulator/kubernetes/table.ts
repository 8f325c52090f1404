// Answers as meta.k8s.io/v1 Table, which is what kubectl asks for when it prints.
import { columnsOf } from './columns.ts'
import type { JsonMap } from './json.ts'
import type { StoredObject } from './objects.ts'

export function wantsTable(accept: string | undefined): boolean {
  return accept?.includes('as=Table') ?? false
}

/** `include`: how much of each object its row carries, as `?includeObject` says: None, Metadata or Object. */
export function tableOf(
  kind: string,
  objects: readonly StoredObject[],
  metadata: JsonMap,
  now: number,
  include: string,
): JsonMap {
  const columns = columnsOf(kind)
  const columnDefinitions = columns.map(({ name, type = 'string', wide }) => ({
    name,
    type,
    format: name === 'Name' ? 'name' : '',
    description: '',
    priority: wide ? 1 : 0,
  }))
  const rows = objects.map(object => ({
    cells: columns.map(column => column.value(object, now)),
    object: carried(object, include),
  }))
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows }
}

function carried(object: StoredObject, include: string): unknown {
  if (include === 'None') return undefined
  if (include === 'Object') return object
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}
