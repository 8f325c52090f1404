// What a dry run at the API server answered, before anybody says yes: on what, what would change, what it touches, how it is undone.
import type { ComponentChildren } from 'preact'
import type { Prerequisite } from '#incident/remedy.ts'
import { clock } from './age.ts'
import type { RemedyView } from './wire.ts'

export function PreviewPanel({ remedy, kind, note }: { remedy: RemedyView; kind: 'approve' | 'undo'; note?: string }) {
  const { description, target, tool, preview } = remedy
  if (kind === 'undo') {
    return (
      <div class="preview">
        <h3>Undo: {description}</h3>
        <p>
          Puts back what this remedy changed. It is checked against the object as it is now; a change in between refuses
          it.
        </p>
        <dl class="facts">
          <Fact label="On">
            <code>{target}</code>, by <code>{remedy.inverse?.tool ?? tool}</code>
          </Fact>
        </dl>
      </div>
    )
  }
  return (
    <div class="preview">
      {note && <p class="reply">{note}</p>}
      <h3>{description}</h3>
      {preview && preview.refusals.length > 0 && (
        <p class="reply">Cannot be done now: {preview.refusals.join('; ')}.</p>
      )}
      {preview && <Diff lines={preview.diff} />}
      <dl class="facts">
        <Fact label="On">
          <code>{target}</code>, by <code>{tool}</code>
        </Fact>
        {preview && <Fact label="Touches">{touches(preview)}</Fact>}
        <Fact label="Risk">{remedy.riskLevel}</Fact>
        {preview && <Fact label="Undo">{preview.inverse ? 'can be undone' : 'cannot be undone by a button'}</Fact>}
        {!preview?.checked && remedy.prerequisites.length > 0 && (
          <Fact label="First">{remedy.prerequisites.join('; ')}</Fact>
        )}
        {remedy.approvals.need > 1 && (
          <Fact label="Needs">
            {remedy.approvals.need} people; {remedy.approvals.have} so far
          </Fact>
        )}
        {preview && <Fact label="Looked">{clock(preview.at)}, by a dry run; nothing is changed yet</Fact>}
      </dl>
      {preview?.checked && <Checked checked={preview.checked} />}
    </div>
  )
}

const MARKS = { holds: '✓ Holds', fails: '▲ Does not hold', unknown: '? Not known' } as const

/** What should hold before, and what was seen of it; what does not hold stands first. */
function Checked({ checked }: { checked: Prerequisite[] }) {
  const kindOf = ({ holds }: Prerequisite) => (holds === undefined ? 'unknown' : holds ? 'holds' : 'fails')
  return (
    <ul class="checked" aria-label="What was checked">
      {(['fails', 'unknown', 'holds'] as const).flatMap(kind =>
        checked
          .filter(each => kindOf(each) === kind)
          .map(({ what, saw }) => (
            <li key={what} data-checked={kind}>
              <b>{MARKS[kind]}:</b> {what} <span class="note">({saw})</span>
            </li>
          )),
      )}
    </ul>
  )
}

function Diff({ lines }: { lines: string[] }) {
  return (
    <ul class="diff" aria-label="What would change">
      {lines.map(line => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function touches({ pods, pdb, hpa, owner }: NonNullable<RemedyView['preview']>): string {
  const guards = [
    pdb !== undefined && `disruption budget ${pdb}`,
    hpa !== undefined && `autoscaler ${hpa}`,
    owner !== undefined && `${owner}, which may put it back`,
  ].filter(guard => guard !== false)
  return [pods === 1 ? '1 pod' : `${pods} pods`, ...guards].join('; ')
}
