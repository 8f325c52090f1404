// What Teams takes, in one table; sizes are bytes in UTF-16, lengths UTF-16 units. What is longer is cut where it says so; nothing is sent to be refused.

const TEAMS = 'https://learn.microsoft.com/microsoftteams/platform'
const MESSAGES = `${TEAMS}/bots/how-to/format-your-bot-messages`
const CARDS = `${TEAMS}/task-modules-and-cards/cards`
const OURS = 'not documented'

type Limit = { most: number; see: string }

export const TEAMS_LIMITS = {
  /** A card without its pictures. The page names 100 KB, named 40 KB before; 28 KB is what every way into Teams takes. */
  cardBytes: { most: 28 * 1024, see: MESSAGES },
  /**
   * A card with its picture as it travels, in UTF-8: 40 KB less the envelope around it. The page does not count pictures
   * in Base64; we do, since not everything on the way has to agree.
   */
  wireBytes: { most: 38 * 1024, see: MESSAGES },
  /** Beyond these the client moves buttons into the overflow menu by itself. */
  actionsShown: { most: 6, see: `${CARDS}/cards-format#adaptive-cards-overflow-menu` },
  refreshUsers: { most: 60, see: `${CARDS}/universal-actions-for-adaptive-cards/user-specific-views` },
  /** More than a phone's screen is not read. */
  menuActions: { most: 20, see: OURS },
  /** A phone shows about 40 and cuts the rest without a word; our longest titles of remedies are longer. */
  actionTitle: { most: 80, see: OURS },
  /** A paragraph; our longest sentences are 280. */
  line: { most: 1_000, see: OURS },
  /** Of a compact list. */
  choices: { most: 40, see: OURS },
  choiceTitle: { most: 100, see: OURS },
  /** Boxes to tick, each a row of about 600 bytes. */
  boxes: { most: 15, see: OURS },
  inputHint: { most: 100, see: OURS },
  /** Of an Action.OpenUrl: what browsers and proxies take. */
  link: { most: 2_000, see: OURS },
  altText: { most: 500, see: OURS },
  /** A notification shows two lines. */
  summary: { most: 200, see: OURS },
} as const satisfies Record<string, Limit>

/** Bytes of a piece of a card as Teams counts them: UTF-16. */
export function sizeOf(piece: unknown): number {
  return 2 * JSON.stringify(piece).length
}
