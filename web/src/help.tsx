// The keys, and what the marks mean.
import { useEffect, useRef } from 'preact/hooks'

const KEYS = [
  ['j k', 'down and up the list'],
  ['enter', 'open the incident'],
  ['a', 'act: shows what would change, and asks again'],
  ['/', 'ask a question'],
  ['esc', 'leave what is open'],
  ['?', 'this'],
] as const

const MARKS = [
  ['▲', 'somebody should look'],
  ['⟳', 'something is being done'],
  ['?', 'cannot be relied on now'],
  ['✓', 'over'],
] as const

export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys and marks</h2>
      <dl>
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <dl>
        {MARKS.map(([mark, what]) => (
          <div key={mark}>
            <dt>{mark}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  )
}
