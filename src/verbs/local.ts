// Who sits at this terminal: one person, whoever they are to the machine.
import type { Person } from '#incident/remedy.ts'

export const LOCAL: Person = { chat: 'cli', user: 'local', name: 'local responder' }
