// Ids of conversations: which kind one is, the thread inside a channel, the link that opens a message. Pure.
import type { Thread } from '#incident/thread.ts'

/** '19:a@thread.tacv2;messageid=12' -> { channel: '19:a@thread.tacv2', root: '12' } */
export function placeOf(conversation: string): { channel: string; root?: string } {
  const [channel = '', root] = conversation.split(';messageid=')
  return root === undefined ? { channel } : { channel, root }
}

/** Where replies stand below a message; group and personal chats are one stream. */
export function isChannel(conversation: string): boolean {
  return /@thread\.(tacv2|skype)$/.test(placeOf(conversation).channel)
}

export function isPersonal(conversation: string): boolean {
  return !conversation.startsWith('19:')
}

/** The conversation that replies to this message are posted in. */
export function below({ channel, id, parent }: Thread): string {
  const root = parent ?? id
  return isChannel(channel) && root !== '' ? `${channel};messageid=${root}` : channel
}

/** https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams#deep-link-to-a-message */
export function linkTo(thread: Thread, { tenantId, team }: { tenantId: string; team?: string }): string | undefined {
  if (!isChannel(thread.channel)) return undefined
  const query = new URLSearchParams({
    tenantId,
    ...(team !== undefined && { groupId: team }),
    parentMessageId: thread.parent ?? thread.id,
  })
  return `https://teams.microsoft.com/l/message/${encodeURIComponent(thread.channel)}/${thread.id}?${query}`
}
