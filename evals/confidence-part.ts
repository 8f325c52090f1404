// The calibration of the confidence in evals/results.md.
import type { Part } from './part.ts'
import { brief, shown, table } from './part.ts'
import type { Confidence } from './reliability.ts'

export function confidencePart({ all, bySet, refit }: Confidence): Part {
  const { precision, answered } = all
  return {
    name: 'confidence',
    lines: [
      '## confidence',
      '',
      'Is the first cause right as often as its confidence says? Of the faults with a known cause: `named`, share with any cause named;',
      '`answered`, share where the incident does not say itself that the cause is not clear (confidence below 0.5); `precision`, of',
      'those, share with the right object first; ECE, expected calibration error over ten bins of confidence, of all that name a cause.',
      '',
      ...table(
        ['set', 'faults', 'named', 'answered', 'precision', 'ECE'],
        [...bySet, all].map(row => [row.name, row.n, brief(row.named), brief(row.answered), row.precision, row.ece]),
      ),
      ...table(
        ['confidence', 'answers', 'mean confidence', 'right'],
        all.bins.map(bin => [
          `${bin.from.toFixed(1)}-${bin.to.toFixed(1)}`,
          bin.n,
          brief(bin.confidence),
          brief(bin.right),
        ]),
      ),
      ...(refit
        ? [
            `Its three numbers (offset, margin, strength) fitted on all these answers would be ${refit.weights.map(weight => weight.toFixed(2)).join(', ')}, before any cap.`,
            `Fitted on the other sets only, and tried on the one left out, ECE ${shown(refit.withoutTask)}; with each kind of fault left out, ${shown(refit.withoutKind)}.`,
            '',
          ]
        : []),
    ],
    reached: {
      'Confidence: expected calibration error': brief(all.ece),
      'Confidence with whole kinds of fault left out of the fit': brief(refit?.withoutKind),
      'Confidence at the abstention point: precision / share answered': brief(precision, answered),
    },
  }
}
