// What Slack takes, in characters and counts: one table. What is longer is cut where it says so; nothing is sent to be refused.

const BLOCKS = 'https://docs.slack.dev/reference/block-kit/blocks'
const ELEMENTS = 'https://docs.slack.dev/reference/block-kit/block-elements'
const OBJECTS = 'https://docs.slack.dev/reference/block-kit/composition-objects'

type Limit = { most: number; see: string }

export const SLACK_LIMITS = {
  /** Blocks of a message. */
  messageBlocks: { most: 50, see: BLOCKS },
  /**
   * All blocks of a message, in bytes of JSON. Slack answers msg_blocks_too_long and says nowhere from where on: its
   * people speak of 12,000 characters of text (bolt-js 2509), others saw 15,561 characters of JSON taken and 17,694
   * refused (bolt-js 2867), and 13,298 of markdown alone refused. All of the JSON within 12,000 is under each of them.
   */
  messageBytes: { most: 12_000, see: 'https://github.com/slackapi/bolt-js/issues/2867' },
  /** `text` beside blocks: as Slack advises; it cuts at 40,000. */
  notification: { most: 4000, see: 'https://docs.slack.dev/reference/methods/chat.postMessage' },
  /** No page names one for rich text; that of every other text stands in for it. */
  text: { most: 3000, see: `${OBJECTS}/text-object` },
  buttonText: { most: 75, see: `${ELEMENTS}/button-element` },
  placeholder: { most: 150, see: `${ELEMENTS}/select-menu-element` },
  options: { most: 100, see: `${ELEMENTS}/select-menu-element` },
  optionText: { most: 75, see: `${OBJECTS}/option-object` },
  optionValue: { most: 150, see: `${OBJECTS}/option-object` },
  confirmTitle: { most: 100, see: `${OBJECTS}/confirmation-dialog-object` },
  confirmText: { most: 300, see: `${OBJECTS}/confirmation-dialog-object` },
  confirmButton: { most: 30, see: `${OBJECTS}/confirmation-dialog-object` },
  altText: { most: 2000, see: `${BLOCKS}/image-block` },
  /** Of a button; no page names one for links in rich text. */
  url: { most: 3000, see: `${ELEMENTS}/button-element` },
  viewBlocks: { most: 100, see: 'https://docs.slack.dev/reference/views/modal-views' },
  viewTitle: { most: 24, see: 'https://docs.slack.dev/reference/views/modal-views' },
  viewKept: { most: 3000, see: 'https://docs.slack.dev/reference/views/modal-views' },
  inputLabel: { most: 2000, see: `${BLOCKS}/input-block` },
  inputText: { most: 3000, see: `${ELEMENTS}/plain-text-input-element` },
} as const satisfies Record<string, Limit>
