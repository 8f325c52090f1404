// The bodies chats send us: how large one may be, and what is answered to one that cannot be read.
import type { ErrorRequestHandler } from 'express'

export const MOST_BYTES = 1_048_576 // SECURITY: 1 MB for a chat

/** Too large, no JSON, or cut off on its way: a sentence, where Express would answer a page with its stack. */
export const unreadable: ErrorRequestHandler = ({ status = 500 }: { status?: number }, _request, response, _next) => {
  response.status(status).json({ error: SAYS[status] ?? (status < 500 ? NO_BODY : OUR_TROUBLE) })
}

const SAYS: Record<number, string> = { 413: `Too large: expected a body of at most ${MOST_BYTES} bytes.` }
const NO_BODY = 'The body could not be read.'
const OUR_TROUBLE = 'Something went wrong here.'
