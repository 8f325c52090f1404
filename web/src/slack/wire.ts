// What the server says Slack would be sent about an incident.
import type { HomeView, KnownBlock, ModalView } from '@slack/types'

export type Drawn =
  | { name: string; kind: 'message'; blocks: KnownBlock[]; text: string }
  | { name: string; kind: 'modal'; view: ModalView }
  | { name: string; kind: 'home'; view: HomeView }

export type SlackPreview = { incident: string; others: string[]; drawn: Drawn[]; pictures: Record<string, string> }
