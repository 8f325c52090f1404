// What `doctor` reports of a chat: one thing it looked at, and the way to mend it.
export type Check = { what: string; state: 'ok' | 'missing' | 'wrong'; says: string; mend?: string }
