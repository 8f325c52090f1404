// Questions and answers: the answer in a sentence, then claims that lead to their evidence, then what is not known.
import { useState } from 'preact/hooks'
import type { Evidence } from '#cards/card.ts'
import { ask, say } from './api.ts'
import { goTo } from './evidence-view.tsx'
import { SOURCE_NAMES } from './status-line.tsx'
import type { AnswerView, IncidentView } from './wire.ts'

type Asked = { question: string; answer?: AnswerView; error?: string }
export type Answers = { asked: Asked[]; ask: (question: string) => void }

export function useAnswers(incident: string): Answers {
  const [asked, setAsked] = useState<Asked[]>([])
  return {
    asked,
    ask(question) {
      const at = asked.length
      const settle = (outcome: Partial<Asked>) =>
        setAsked(before => before.map((one, i) => (i === at ? { ...one, ...outcome } : one)))
      setAsked([...asked, { question }])
      ask(question, incident).then(
        answer => settle({ answer }),
        (error: Error) => settle({ error: error.message }),
      )
    },
  }
}

type Given = {
  id: string
  answers: Answers
  questions: string[]
  evidence: Evidence[]
  sources: IncidentView['sources']
}

export function Ask({ id, answers, questions, evidence, sources }: Given) {
  const [draft, setDraft] = useState('')
  const submit = (event: Event) => {
    event.preventDefault()
    const question = draft.trim()
    if (question === '') return
    setDraft('')
    answers.ask(question)
  }
  return (
    <section aria-labelledby="ask-title">
      <h2 id="ask-title">Questions</h2>
      <form class="ask" onSubmit={submit}>
        <label for="question">Ask about this incident</label>
        <input
          id="question"
          type="text"
          maxLength={500}
          autocomplete="off"
          value={draft}
          onInput={event => setDraft(event.currentTarget.value)}
        />
        <button type="submit">Ask</button>
      </form>
      <div class="questions">
        {questions.map(question => (
          <button key={question} type="button" onClick={() => answers.ask(question)}>
            {question}
          </button>
        ))}
      </div>
      <div aria-live="polite">
        {answers.asked
          .map((one, i) => (
            <Answered key={i} id={id} asked={one} nameOf={signal => nameOf(signal, evidence, sources)} />
          ))
          .toReversed()}
      </div>
    </section>
  )
}

function Answered({
  id,
  asked: { question, answer, error },
  nameOf: label,
}: {
  id: string
  asked: Asked
  nameOf: (signal: string) => string
}) {
  return (
    <div class="answered">
      <p class="question">{question}</p>
      {error !== undefined && <p>Not answered: {error}</p>}
      {!answer && error === undefined && <p class="note">Reading the evidence…</p>}
      {answer && (
        <>
          <p class="answer">{answer.answer}</p>
          <ul>
            {answer.claims.map((claim, i) => (
              <li key={i}>
                {claim.text}{' '}
                {oneOfEach(claim.evidence, label).map(signal => (
                  <button key={signal} type="button" class="cite" onClick={() => goTo(signal)}>
                    {label(signal)}
                  </button>
                ))}
              </li>
            ))}
          </ul>
          {answer.unknown.length > 0 && <p>Not known: {answer.unknown.join('; ')}</p>}
          <p class="note">
            {answer.model === null
              ? 'Written by rules from the record.'
              : `Written by the model ${answer.model}; check the evidence.`}
          </p>
          <Feedback id={id} />
        </>
      )}
    </div>
  )
}

/** Whether it helped: written into the record, where it counts once a person. */
function Feedback({ id }: { id: string }) {
  const [said, setSaid] = useState('')
  const vote = async (helpful: boolean) => setSaid((await say(id, { kind: 'feedback', helpful })).text)
  return (
    <p role="status">
      {said || (
        <>
          <button type="button" class="cite" onClick={() => void vote(true)}>
            Helpful
          </button>
          <button type="button" class="cite" onClick={() => void vote(false)}>
            Not helpful
          </button>
        </>
      )}
    </p>
  )
}

/** Several signals of one source in one minute are one link. */
function oneOfEach(signals: string[], label: (signal: string) => string): string[] {
  return signals.filter((signal, i) => signals.findIndex(other => label(other) === label(signal)) === i)
}

function nameOf(signal: string, evidence: Evidence[], sources: IncidentView['sources']): string {
  const shown = evidence.find(item => item.signal === signal)
  if (shown) return `${SOURCE_NAMES[shown.source]} ${shown.at.text}`
  const source = sources.find(({ sourceId }) => sourceId === signal)?.data?.source
  return source === undefined ? 'evidence' : SOURCE_NAMES[source]
}
