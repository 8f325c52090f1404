// What a modal keeps while somebody fills it in: which form it is, and where the answer goes.
import { z } from 'zod'
import { FORM_KINDS } from '#cards/card.ts'

export const formNoteSchema = z.strictObject({
  form: z.enum(FORM_KINDS),
  about: z.string(),
  place: z.strictObject({
    channel: z.string().optional(),
    message: z.string().optional(),
    parent: z.string().optional(),
    isWhisper: z.boolean().optional(),
    respond: z.string().optional(),
  }),
})
export type FormNote = z.output<typeof formNoteSchema>
