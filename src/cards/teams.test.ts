import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formsOf, hostility, messagesOf } from '../../test/hostile.ts'
import { complaintsAbout, liveIn, tooMuchIn } from '../../test/teams-payload.ts'
import type { Card, FormKind, Part } from './card.ts'
import { say, sentence, words } from './card.ts'
import { applied, approved, incidentAfter, noBetter, previewed, reader, restart } from './fixtures/checkout.ts'
import { actionOf, formOf } from './form.ts'
import { cardOf } from './message-card.ts'
import { pressOf } from './press-value.ts'
import { filledOf, teamsForm } from './teams/form.ts'
import { summaryOf, teamsCard } from './teams.ts'

const picture = { png: new Uint8Array(12_000), alt: 'checkout errors rise from 0.2 % to 31 % at 14:02' }
const formAt = (form: FormKind, about: string) =>
  form === 'deny' || form === 'declare' ? formOf(form, about, { reader }) : undefined
const approvers = Array.from({ length: 80 }, (_, i) => `29:1approver-${i}-with-an-id-as-long-as-they-are-in-teams-${i}`)

describe('whatever a stranger wrote', () => {
  test('no card mentions, links, shows, formats or computes it; each fits, and Microsoft’s parser takes it', () => {
    fc.assert(
      fc.property(hostility, hostile => {
        for (const message of messagesOf(hostile)) {
          const card = cardOf(message, reader)
          for (const sent of [
            teamsCard(card, { picture, formAt, for: 'everyone', refreshFor: approvers }),
            teamsCard(card, { for: 'approver' }),
          ]) {
            expect(liveIn(sent)).toEqual([])
            expect(tooMuchIn({ ...sent })).toEqual([])
            expect(complaintsAbout(sent)).toEqual([])
          }
          expect(summaryOf(card)).toMatch(/^[^<>\n]{0,200}$/)
        }
      }),
      { seed: 1, numRuns: 25 },
    )
  })

  test('nor does a form', () => {
    fc.assert(
      fc.property(hostility, hostile => {
        for (const form of formsOf(hostile)) {
          const sent = teamsForm(form)
          expect(liveIn(sent)).toEqual([])
          expect(tooMuchIn({ ...sent })).toEqual([])
          expect(complaintsAbout(sent)).toEqual([])
        }
      }),
      { seed: 1, numRuns: 20 },
    )
  })

  test('the checks would see it', () => {
    const text = (type: string) => ({ type: 'AdaptiveCard', version: '1.5', body: [{ type, text: '[x](https://x)' }] })
    expect(liveIn(text('TextBlock'))).toHaveLength(1)
    expect(liveIn({ type: 'TextRun', text: '{{DATE(2017-02-14T06:08:00Z)}}' })).toHaveLength(1)
    expect(complaintsAbout(text('Surprise'))).not.toEqual([])
  })
})

describe('an open incident', () => {
  const card = cardOf({ kind: 'incident', incident: incidentAfter([previewed]) }, reader)

  test('the severity as a colour and a word, the verdict, buttons that say what they want, the reader’s own clock', () => {
    const { body } = teamsCard(card)
    expect(body.slice(0, 2)).toMatchInlineSnapshot(`
      [
        {
          "bleed": true,
          "items": [
            {
              "inlines": [
                {
                  "text": "▲ High · checkout · ",
                  "type": "TextRun",
                  "weight": "Bolder",
                },
                {
                  "fontType": "Monospace",
                  "text": "INC-42",
                  "type": "TextRun",
                  "weight": "Bolder",
                },
                {
                  "text": " · since 14:02 (6 min)",
                  "type": "TextRun",
                  "weight": "Bolder",
                },
              ],
              "type": "RichTextBlock",
            },
          ],
          "style": "attention",
          "type": "Container",
        },
        {
          "inlines": [
            {
              "size": "Medium",
              "text": "1 in 3 checkouts fail: release v2.31 crashes on start.",
              "type": "TextRun",
              "weight": "Bolder",
            },
          ],
          "type": "RichTextBlock",
        },
      ]
    `)
    expect(body.find(({ type }) => type === 'ActionSet')).toMatchInlineSnapshot(`
      {
        "actions": [
          {
            "data": {
              "press": "{"kind":"preview","remedy":"INC-42-R1"}",
            },
            "style": "positive",
            "title": "Roll back…",
            "type": "Action.Execute",
            "verb": "preview",
          },
          {
            "data": {
              "press": "{"kind":"details","incident":"INC-42"}",
            },
            "title": "Details",
            "type": "Action.Execute",
            "verb": "details",
          },
          {
            "data": {
              "press": "{"kind":"preview","remedy":"INC-42-R2"}",
            },
            "mode": "secondary",
            "title": "Restart checkout…",
            "type": "Action.Execute",
            "verb": "preview",
          },
          {
            "data": {
              "press": "{"kind":"ask","incident":"INC-42","question":"Why do you think so?"}",
            },
            "mode": "secondary",
            "title": "Why do you think so?",
            "type": "Action.Execute",
            "verb": "ask",
          },
          {
            "data": {
              "press": "{"kind":"ask","incident":"INC-42","question":"What else could it be?"}",
            },
            "mode": "secondary",
            "title": "What else could it be?",
            "type": "Action.Execute",
            "verb": "ask",
          },
          {
            "data": {
              "press": "{"kind":"ask","incident":"INC-42","question":"What changed?"}",
            },
            "mode": "secondary",
            "title": "What changed?",
            "type": "Action.Execute",
            "verb": "ask",
          },
          {
            "data": {
              "press": "{"kind":"acknowledge","incident":"INC-42"}",
            },
            "mode": "secondary",
            "title": "I am looking at it",
            "type": "Action.Execute",
            "verb": "acknowledge",
          },
          {
            "data": {
              "press": "{"kind":"resolve","incident":"INC-42"}",
            },
            "mode": "secondary",
            "title": "Close as resolved",
            "type": "Action.Execute",
            "verb": "resolve",
          },
          {
            "data": {
              "press": "{"kind":"form","form":"known","about":"INC-42"}",
            },
            "mode": "secondary",
            "title": "Mark as known…",
            "type": "Action.Execute",
            "verb": "form",
          },
          {
            "data": {
              "press": "{"kind":"mute","incident":"INC-42","millis":3600000}",
            },
            "mode": "secondary",
            "title": "Mute for 1 h",
            "type": "Action.Execute",
            "verb": "mute",
          },
          {
            "data": {
              "press": "{"kind":"form","form":"split","about":"INC-42"}",
            },
            "mode": "secondary",
            "title": "Split…",
            "type": "Action.Execute",
            "verb": "form",
          },
          {
            "data": {
              "press": "{"kind":"form","form":"merge","about":"INC-42"}",
            },
            "mode": "secondary",
            "title": "Merge…",
            "type": "Action.Execute",
            "verb": "form",
          },
          {
            "data": {
              "press": "{"kind":"feedback","incident":"INC-42","helpful":true}",
            },
            "mode": "secondary",
            "title": "It was helpful",
            "type": "Action.Execute",
            "verb": "feedback",
          },
          {
            "data": {
              "press": "{"kind":"feedback","incident":"INC-42","helpful":false,"why":"wrong cause"}",
            },
            "mode": "secondary",
            "title": "Wrong cause",
            "type": "Action.Execute",
            "verb": "feedback",
          },
          {
            "data": {
              "press": "{"kind":"feedback","incident":"INC-42","helpful":false,"why":"not an incident"}",
            },
            "mode": "secondary",
            "title": "Not an incident",
            "type": "Action.Execute",
            "verb": "feedback",
          },
        ],
        "type": "ActionSet",
      }
    `)
    expect(body.at(-1)).toMatchInlineSnapshot(`
      {
        "isSubtle": true,
        "size": "Small",
        "spacing": "Small",
        "text": "14:02 above is {{TIME(2026-11-20T13:02:00Z)}} on your clock.",
        "type": "TextBlock",
        "wrap": true,
      }
    `)
    expect(summaryOf(card)).toMatchInlineSnapshot(
      `"▲ High · checkout · INC-42 · since 14:02 (6 min): 1 in 3 checkouts fail: release v2.31 crashes on start."`,
    )
  })

  test('its picture within the message, or a line that says why it is missing', () => {
    const has = (png: Uint8Array) => JSON.stringify(teamsCard(card, { picture: { ...picture, png } }))
    expect(has(picture.png)).toContain('data:image/png;base64,')
    expect(has(new Uint8Array(60_000))).not.toContain('data:image')
    expect(has(new Uint8Array(60_000))).toContain('The picture is too large for this message')
    expect(JSON.stringify(teamsCard(card))).not.toContain('picture')
  })
})

describe('what only some may press', () => {
  const incident = incidentAfter([previewed])
  const [remedy] = incident.remedies
  const before = remedy && cardOf({ kind: 'preview', incident, remedy }, reader)
  const failed = cardOf({ kind: 'incident', incident: incidentAfter([previewed, approved, applied, noBetter]) }, reader)
  const verbsIn = (sent: unknown) => [...JSON.stringify(sent).matchAll(/"verb":"(\w+)"/g)].map(([, verb]) => verb)

  test('everyone sees it without, and the client of an approver asks for theirs', () => {
    if (!before) throw new Error('expected a remedy')
    const everyone = teamsCard(before, { for: 'everyone', refreshFor: approvers, formAt })
    expect(verbsIn(everyone)).toEqual(['refresh'])
    expect(everyone.refresh?.userIds).toEqual(approvers.slice(0, 60))
    expect(everyone.refresh?.action).toMatchObject({ verb: 'refresh', data: { key: 'INC-42-R1' } })
    expect(verbsIn(teamsCard(before, { for: 'approver', refreshFor: approvers, formAt }))).toEqual([
      'approve',
      'submit',
      'refresh',
    ])
    expect(verbsIn(teamsCard(failed, { for: 'everyone', refreshFor: [] }))).not.toContain('undo')
    expect(verbsIn(teamsCard(failed, { for: 'approver' }))).toContain('undo')
  })

  test('nobody’s client asks where all see the same', () => {
    const help = teamsCard(cardOf({ kind: 'help' }, reader), { for: 'everyone', refreshFor: approvers })
    expect(help.refresh).toBeUndefined()
  })
})

describe('forms', () => {
  const incident = incidentAfter([previewed])
  const carried = (sent: unknown) => /"press":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(sent))?.[1] ?? ''

  test('a reason is typed where the button is; the press comes back beside it', () => {
    const form = formOf('deny', 'INC-42-R1', { reader })
    const press = pressOf(JSON.parse(`"${carried(teamsForm(form))}"`))
    expect(press).toEqual({ kind: 'form', form: 'deny', about: 'INC-42-R1' })
    const filled = filledOf({ press: '…', reason: 'wait for Ben' })
    expect(actionOf('deny', 'INC-42-R1', filled)).toEqual({ kind: 'deny', remedy: 'INC-42-R1', reason: 'wait for Ben' })
  })

  test('ticked boxes become the list of signals, whatever their ids hold', () => {
    const form = formOf('split', 'INC-42', { incident, reader })
    const ids = [...JSON.stringify(teamsForm(form)).matchAll(/"id":"(signals\.[\w-]+)"/g)].map(([, id]) => id ?? '')
    const data = { press: '…', ...Object.fromEntries(ids.map((id, i) => [id, i === 1 ? 'false' : 'true'])) }
    const chosen = incident.signals.map(({ id }) => id).filter((_, i) => i !== 1)
    expect(actionOf('split', 'INC-42', filledOf(data))).toEqual({ kind: 'split', incident: 'INC-42', signals: chosen })
  })

  test('a choice comes back as it was, whatever it is called', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 9 }), values => {
        const choices = values.map(value => ({ value, label: [words('this')] }))
        const field = { name: 'signals', label: 'Which', optional: false, kind: 'some of', choices } as const
        const sent = teamsForm({ form: 'split', about: 'INC-42', title: 'Split', submit: 'Split', fields: [field] })
        const ids = [...JSON.stringify(sent).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? '')
        expect(filledOf(Object.fromEntries(ids.map(id => [id, 'true'])))).toEqual({ signals: [...new Set(values)] })
      }),
      { seed: 1 },
    )
  })

  test('a list of nothing says so', () => {
    const sent = teamsForm(formOf('merge', 'INC-42', { incident, open: [incident], reader }))
    expect(JSON.stringify(sent)).toContain('there is nothing to choose from')
    expect(complaintsAbout(sent)).toEqual([])
  })

  test('choices beyond what fits are counted', () => {
    const open = Array.from({ length: 90 }, (_, i) => ({ ...incident, id: `INC-${i}` }))
    expect(JSON.stringify(teamsForm(formOf('merge', 'INC-42', { incident, open, reader })))).toContain('+49 more')
  })

  test('anything else than inputs is nothing', () => {
    for (const data of [undefined, 'x', 3, null, { reason: 3 }]) expect(filledOf(data)).toEqual({})
  })
})

test.each(['w', '漢'])('a card too large for Teams says how much is missing', letter => {
  const item = { text: say`INC-1 ${sentence(letter.repeat(300))}` }
  const list: Part = { kind: 'list', items: Array.from({ length: 200 }, () => item), more: 5 }
  const facts: Part[] = Array.from({ length: 60 }, () => ({
    kind: 'fact',
    label: 'Why',
    text: [words(letter.repeat(900))],
  }))
  const card: Card = { key: 'INC-1', parts: [{ kind: 'verdict', text: [words('Too much.')] }, list, ...facts] }
  const sent = teamsCard(card)
  expect(tooMuchIn({ ...sent })).toEqual([])
  expect(JSON.stringify(sent)).toMatch(/\+20\d more/)
  expect(JSON.stringify(sent)).toMatch(/\d+ more lines do not fit here/)
})

test('a menu too long for a phone says so', () => {
  const incident = incidentAfter([], { remedies: Array.from({ length: 30 }, () => restart) })
  expect(JSON.stringify(teamsCard(cardOf({ kind: 'incident', incident }, reader)))).toMatch(/"\+\d+ more"/)
})
