export type ChatName = 'web' | 'slack' | 'teams'

/**
 * Where one of our messages stands; `id` is what the platform calls it. `parent`: the message it is a reply to.
 * `digest`: a message it shares with other incidents of the same storm, by its key.
 */
export type Thread = { chat: ChatName; channel: string; id: string; parent?: string; digest?: string; url?: string }
