// files.*: an upload in three steps. The second, the bytes, goes to an address of its own (web-api.ts).
import { z } from 'zod'
import { json, method, Refusal } from '../method.ts'
import type { Method } from '../method.ts'

export function fileMethods(url: () => string): Record<string, Method> {
  return {
    'files.getUploadURLExternal': method({
      scope: 'files:write',
      rate: 4,
      input: z.object({
        filename: z.string().min(1),
        length: z.coerce.number().int().positive(),
        alt_txt: z.string().max(1000).optional(),
        alt_text: z.string().max(1000).optional(),
      }),
      run({ filename, length, alt_txt, alt_text }, workspace) {
        const id = workspace.newId('F')
        const altText = alt_txt ?? alt_text
        const file = { id, name: filename, bytes: length, uploaded: false, complete: false }
        workspace.files.set(id, { ...file, ...(altText !== undefined && { altText }) })
        return { file_id: id, upload_url: `${url()}/upload/${id}` }
      },
    }),
    'files.completeUploadExternal': method({
      scope: 'files:write',
      rate: 4,
      input: z.object({ files: json(z.array(z.looseObject({ id: z.string() })).min(1)) }),
      run({ files }, workspace) {
        for (const { id } of files) {
          const file = workspace.files.get(id)
          if (!file?.uploaded) return new Refusal('file_not_found')
          file.complete = true
        }
        return { files: files.map(({ id }) => ({ id })) }
      },
    }),
  }
}
