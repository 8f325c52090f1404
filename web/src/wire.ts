// What the server answers, as far as the page reads it. The same origin made it, so it is not checked again here.
import type { Looked } from '#incident/look.ts'
import type { Prerequisite, RemedyState, RiskLevel } from '#incident/remedy.ts'
import type { Severity, Signal, Source } from '#incident/signal.ts'

export type Status = {
  product: { name: string; version: string }
  demo: boolean
  responder: { name: string }
  since: string
  tickSeconds: number
  sources: { source: Source; up: boolean; since?: string }[]
  open: number
  maintenance: { name: string; reason: string; from: string; until: string }[]
}

export type IncidentView = {
  id: string
  severity: Severity
  title: string
  phase: 'open' | 'acting' | 'verifying' | 'did not help' | 'resolved'
  services: string[]
  confidence: number
  rootCauses: { entity: { service: string } }[]
  onset: string
  resolvedAt?: string
  cameBack: boolean
  again?: { times: number }
  quiet?: { because: 'maintenance' | 'known' }
  acknowledgedBy?: string
  remediationSuggestions: RemedyView[]
  sources: { sourceId: string; data?: Signal }[]
}

export type RemedyView = {
  id: string
  description: string
  target: string
  tool?: string
  reason: string
  riskLevel: RiskLevel
  prerequisites: string[]
  state: RemedyState
  looked?: { at: string; answers: Looked[] }
  inverse?: { tool: string; arguments: Record<string, unknown> }
  approvals: { have: number; need: number; by: string[] }
  preview?: {
    at: string
    diff: string[]
    pods: number
    pdb?: string
    hpa?: string
    owner?: string
    refusals: string[]
    checked?: Prerequisite[]
    inverse?: object
  }
}

/** How a press ended, for the one who pressed. */
export type ReplyView = {
  result: 'done' | 'already done' | 'not yours' | 'expired' | 'drifted' | 'refused' | 'not found' | 'failed'
  text: string
  remedy?: RemedyView
}

export type AnswerView = {
  answer: string
  claims: { text: string; evidence: string[] }[]
  unknown: string[]
  model: string | null
}

export type TimelineView = { items: { at: string; text: string; by?: string }[] }
