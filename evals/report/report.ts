// `eval --report`: everything that was measured on one page, with pictures of right and wrong cases.
import { join } from 'node:path'
import { readRecording } from '../../simulator/read-recording.ts'
import type { Part } from '../part.ts'
import type { Confidence } from '../reliability.ts'
import type { Recorded } from '../recordings.ts'
import { summaryOf } from '../results.ts'
import { casesOf } from './cases.ts'
import { fromMarkdown } from './from-markdown.ts'
import { escaped, htmlPage } from './html.ts'
import { reliabilityDiagram } from './reliability-diagram.ts'

/** `parts`: as they stand in evals/results.md. A page that needs nothing but itself. */
export async function reportPage(
  parts: readonly Part[],
  sets: Recorded['sets'],
  confidence: Confidence | undefined,
): Promise<string> {
  const sections: string[] = []
  for (const part of parts) {
    sections.push(fromMarkdown(part.lines))
    const set = sets.find(({ truth }) => truth.dataset === part.name)
    const cases = set ? await casesOf(set.scored, name => readRecording(join(set.folder, name))) : ''
    if (cases !== '') sections.push('<h3>Cases</h3>', LEGEND, cases)
    if (part.name === 'confidence' && confidence) {
      const diagrams = [confidence.all, ...confidence.bySet].map(reliabilityDiagram)
      sections.push(`<h3>Reliability</h3><div class="row">${diagrams.join('')}</div>`)
    }
  }
  const links = parts.map(({ name }) => `<li><a href="#${escaped(name)}">${escaped(name)}</a></li>`)
  const title = 'Accuracy, measured'
  return htmlPage(
    title,
    [
      `<h1>${title}</h1>`,
      '<p>The product replayed each recording from outside, on a virtual clock, and was scored afterwards. It never sees a label. In brackets: 95 % bootstrap over cases.</p>',
      `<nav><ul>${links.join('')}</ul></nav>`,
      fromMarkdown(summaryOf(parts)),
      ...sections,
    ].join('\n'),
  )
}

const LEGEND =
  '<p>Shaded: the fault, as its label has it. Dashed: when the product says the trouble began; solid: when it opened the incident. Wrong cases first, of each kind of fault by turns. Times are UTC.</p>'
