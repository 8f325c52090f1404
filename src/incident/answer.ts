// What is said in answer to a question, and what it rests on.
/** A sentence with what it rests on: ids of stored signals. */
export type Claim = { text: string; evidence: string[] }

export type Answer = {
  answer: string
  claims: Claim[]
  unknown: string[]
  /** Name of the model that wrote it; null: rules. */
  model: string | null
  cost?: number // US dollars
}
