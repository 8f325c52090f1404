import type { ActionsBlock, KnownBlock } from '@slack/types'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formsOf, hostility, messagesOf } from '../../test/hostile.ts'
import { liveIn, tooMuchIn } from '../../test/slack-payload.ts'
import { exact, say, sentence, words } from './card.ts'
import type { Card, Part } from './card.ts'
import { applied, approved, at, incidentAfter, previewed, reader } from './fixtures/checkout.ts'
import { formOf } from './form.ts'
import { cardOf } from './message-card.ts'
import { pressOf } from './press-value.ts'
import { slackHome, slackMessage } from './slack.ts'
import { filledOf, slackModal } from './slack/modal.ts'

const picture = { file: 'F1', alt: 'checkout errors rise from 0.2 % to 31 % at 14:02' }

test('names and times are rich text: code as code, the time on the clock of each reader', () => {
  const text = say`Rolled back ${exact('shop/checkout')} at ${{ kind: 'time', at: at(2), text: '14:02' }}`
  expect(slackMessage({ key: 'k', parts: [{ kind: 'headline', mark: '⟳', text }] })).toMatchInlineSnapshot(`
    {
      "blocks": [
        {
          "elements": [
            {
              "elements": [
                {
                  "style": {
                    "bold": true,
                  },
                  "text": "⟳ Rolled back ",
                  "type": "text",
                },
                {
                  "style": {
                    "bold": true,
                    "code": true,
                  },
                  "text": "shop/checkout",
                  "type": "text",
                },
                {
                  "style": {
                    "bold": true,
                  },
                  "text": " at ",
                  "type": "text",
                },
                {
                  "fallback": "14:02",
                  "format": "{time}",
                  "style": {
                    "bold": true,
                  },
                  "timestamp": 1795179720,
                  "type": "date",
                },
              ],
              "type": "rich_text_section",
            },
          ],
          "type": "rich_text",
        },
      ],
      "text": "⟳ Rolled back shop/checkout at 14:02",
    }
  `)
})

test('a time of another day says which day', () => {
  const time = { kind: 'time', at: at(-1440), text: '19 Nov 14:00' } as const
  const [block] = slackMessage({ key: 'k', parts: [{ kind: 'verdict', text: [time] }] }).blocks
  expect(JSON.stringify(block)).toContain('"format":"{date_short_pretty} {time}","fallback":"19 Nov 14:00"')
})

describe('what can be pressed', () => {
  const pressed = (blocks: KnownBlock[]) =>
    actionsIn(blocks).flatMap(element => {
      if (element.type === 'button') return [element.value]
      return element.type === 'static_select' ? (element.options ?? []).map(({ value }) => value) : []
    })

  test('every button and every entry of the menu is read again as a press', () => {
    const { blocks } = slackMessage(cardOf({ kind: 'incident', incident: incidentAfter() }, reader))
    const presses = pressed(blocks).map(value => pressOf(value ?? ''))
    expect(presses).not.toContain(undefined)
    expect(presses.map(press => press?.kind)).toEqual(expect.arrayContaining(['preview', 'details', 'ask', 'resolve']))
  })

  test('what changes something asks once more, and says what it would change', () => {
    const incident = incidentAfter([previewed])
    const [remedy] = incident.remedies
    if (!remedy) throw new Error('expected a remedy')
    const [approve] = actionsIn(slackMessage(cardOf({ kind: 'preview', incident, remedy }, reader)).blocks)
    expect(approve).toMatchObject({
      style: 'primary',
      confirm: {
        title: { text: expect.stringMatching(/roll back.*\?$/i) },
        text: { text: expect.stringContaining('Touches: 2 pods') },
      },
    })
  })

  test('undo is never in a menu, where it could not be asked again', () => {
    const incident = incidentAfter([previewed, approved, applied])
    const elements = actionsIn(slackMessage(cardOf({ kind: 'incident', incident }, reader)).blocks)
    const undo = elements.filter(element => JSON.stringify(element).includes('undo'))
    expect(undo).toMatchObject([{ type: 'button', confirm: { confirm: { text: 'Yes' } } }])
  })

  test('of a list, one is shown by a button, many by a menu', () => {
    const item = (id: string) => ({
      text: say`checkout fails`,
      button: {
        label: say`Show ${exact(id)}`,
        action: { kind: 'show', incident: id } as const,
        weight: 'plain' as const,
      },
    })
    const list = (ids: string[]): Card => ({ key: 'k', parts: [{ kind: 'list', items: ids.map(item), more: 0 }] })
    expect(actionsIn(slackMessage(list(['INC-1'])).blocks)).toMatchObject([
      { type: 'button', text: { text: 'Show INC-1' } },
    ])
    expect(actionsIn(slackMessage(list(['INC-1', 'INC-2'])).blocks)).toMatchObject([
      { type: 'static_select', options: [{ text: { text: 'checkout fails' } }, {}] },
    ])
  })
})

describe('what does not fit', () => {
  const long = (count: number): Part => ({
    kind: 'list',
    items: Array.from({ length: count }, (_, i) => ({ text: [sentence(`${i} ${'word '.repeat(60)}`)] })),
    more: 0,
  })

  test('is counted where it is missing', () => {
    const { blocks } = slackMessage({ key: 'k', parts: [long(100)] })
    const shown = JSON.stringify(blocks).split('rich_text_section').length - 2 // the last one is the count
    expect(shown).toBeGreaterThan(20)
    expect(JSON.stringify(blocks)).toContain(`"+${100 - shown} more"`)
  })

  test('is left out from the bottom; the first lines and the buttons stay', () => {
    const fact: Part = { kind: 'fact', label: 'Why', text: Array.from({ length: 40 }, () => sentence('x'.repeat(280))) }
    const buttons: Part = {
      kind: 'buttons',
      buttons: [{ label: [words('Help')], action: { kind: 'help' }, weight: 'plain' }],
    }
    const { blocks } = slackMessage({
      key: 'k',
      parts: [{ kind: 'verdict', text: say`Checkout fails.` }, buttons, ...Array.from({ length: 9 }, () => fact)],
    })
    expect(tooMuchIn(blocks, 'message')).toEqual([])
    expect(blocks.map(({ type }) => type)).toEqual(['rich_text', 'actions', 'rich_text', 'context'])
    expect(JSON.stringify(blocks.at(-1))).toMatch(/\d more lines do not fit here\./)
  })

  test('of a home tab is counted too', () => {
    const cards = Array.from({ length: 80 }, () => cardOf({ kind: 'incident', incident: incidentAfter() }, reader))
    const { blocks } = slackHome(cards)
    expect(tooMuchIn(blocks, 'view')).toEqual([])
    expect(JSON.stringify(blocks.at(-1))).toMatch(/\+\d+ more/)
  })
})

test('without a picture there is no picture; with one there are the same words beside it', () => {
  const card = cardOf({ kind: 'details', incident: incidentAfter() }, reader)
  expect(slackMessage(card).blocks.map(({ type }) => type)).not.toContain('image')
  expect(slackMessage(card, { picture }).blocks).toContainEqual(
    expect.objectContaining({ type: 'image', slack_file: { id: 'F1' }, alt_text: picture.alt }),
  )
})

describe('a form', () => {
  test('is read back as it was filled in, also where an id is longer than Slack lets one be', () => {
    const incident = incidentAfter()
    const id = `grafana:errors{${'label=value,'.repeat(30)}}`
    const signals = incident.signals.map((signal, i) => (i === 0 ? { ...signal, id } : signal))
    const form = formOf('split', 'INC-42', { incident: { ...incident, signals }, reader })
    const { blocks } = slackModal(form, 'INC-42')
    expect(tooMuchIn(blocks, 'view')).toEqual([])
    const [input] = blocks
    if (!input || !('element' in input) || !isSelect(input.element)) throw new Error('expected a menu')
    const values = {
      signals: { answer: { type: 'multi_static_select', selected_options: input.element.options.slice(0, 2) } },
    }
    expect(filledOf(values, form)).toEqual({ signals: [id, signals[1]?.id] })
  })

  test('leaves out what was left empty, and refuses what is no form', () => {
    const form = formOf('deny', 'INC-42-R1', { reader })
    expect(filledOf({ reason: { answer: { type: 'plain_text_input', value: null } } }, form)).toEqual({})
    expect(() => filledOf({ reason: 'no' }, form)).toThrow('Expected the values of a modal of ours')
  })

  test('with nothing to choose from says so and cannot be sent', () => {
    const { blocks, submit } = slackModal(formOf('merge', 'INC-42', { reader }), 'INC-42')
    expect(submit).toBeUndefined()
    expect(JSON.stringify(blocks)).toContain('there is nothing to choose from')
  })
})

describe('whatever a stranger wrote', () => {
  test('no message mentions, links, shows or formats it, and each fits', () => {
    fc.assert(
      fc.property(hostility, hostile => {
        const cards = messagesOf(hostile).map(message => cardOf(message, reader))
        for (const message of cards.map(card => slackMessage(card, { picture }))) {
          expect(liveIn(message)).toEqual([])
          expect(tooMuchIn(message.blocks, 'message')).toEqual([])
        }
        const { blocks } = slackHome(cards)
        expect(liveIn({ blocks, text: '' })).toEqual([])
        expect(tooMuchIn(blocks, 'view')).toEqual([])
      }),
      { seed: 1, numRuns: 25 },
    )
  })

  test('nor does a form', () => {
    fc.assert(
      fc.property(hostility, hostile => {
        for (const { blocks } of formsOf(hostile).map(form => slackModal(form, 'INC-42'))) {
          expect(liveIn({ blocks, text: '' })).toEqual([])
          expect(tooMuchIn(blocks, 'view')).toEqual([])
        }
      }),
      { seed: 1, numRuns: 15 },
    )
  })

  test('what would be live is seen', () => {
    const live = { type: 'section', text: { type: 'mrkdwn', text: '<!channel>' } }
    expect(liveIn({ blocks: [live], text: 'see https://evil.example, @here, *now* :boss: <@U1>' })).toHaveLength(7)
  })
})

function actionsIn(blocks: KnownBlock[]): ActionsBlock['elements'] {
  return blocks.flatMap(block => (block.type === 'actions' ? block.elements : []))
}

function isSelect(element: unknown): element is { options: { value?: string }[] } {
  return typeof element === 'object' && element !== null && 'options' in element
}
