// What an API server answers around the objects themselves: pages of a list, lines of a watch, tables, a Status.
import { z } from 'zod'
import { absent, list, number, text } from './fields.ts'

/** A page of a list; `items` are checked one by one, so that one odd object does not hide the others. */
export const listSchema = z.object({
  metadata: absent(z.object({ continue: text, resourceVersion: text })),
  items: z
    .array(z.unknown())
    .nullish()
    .transform(items => items ?? []),
})

/** A line of a watch; `object` is checked as what its list holds, an ERROR's as a Status. */
export const watchLineSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
})

/** As much of any object as tells it from others and says when it was. */
export const placedSchema = z.object({
  metadata: z.object({ name: text, namespace: text, resourceVersion: z.string() }),
})

/** An object of any kind, as its JSON says. */
export const objectSchema = z.record(z.string(), z.json())

export const objectsSchema = z.object({ metadata: absent(z.object({ continue: text })), items: list(objectSchema) })

/** A list in the columns that kubectl prints; `priority` above 0 is what only `-o wide` shows. */
export const tableSchema = z.object({
  metadata: absent(z.object({ continue: text })),
  columnDefinitions: list(z.object({ name: z.string(), priority: z.number().default(0) })),
  rows: list(
    z.object({
      cells: z.array(z.json()),
      object: absent(z.object({ metadata: absent(z.object({ namespace: text })) })),
    }),
  ),
})

/** A Status, whatever content type it came with; `kind` is not always there. */
export const statusSchema = z.object({
  code: number,
  reason: text,
  message: text, // third-party text: looked into, never shown
  metadata: absent(z.object({ continue: text })),
  details: absent(
    z.object({
      name: text,
      retryAfterSeconds: number,
      causes: list(z.object({ reason: text, field: text })),
    }),
  ),
})
export type Status = z.output<typeof statusSchema>

export const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) })
