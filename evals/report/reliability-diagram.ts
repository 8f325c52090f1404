// Confidence against how often it was right, a circle a bin; on the diagonal it keeps its word.
import type { Reliability } from '../reliability.ts'
import { escaped } from './html.ts'

const SIDE = 320
const EDGE = 44
const MOST_RADIUS = 16
const LEAST_RADIUS = 3

export function reliabilityDiagram({ name, bins, n }: Reliability): string {
  const place = (share: number) => EDGE + share * (SIDE - EDGE - MOST_RADIUS - 2)
  const x = (share: number) => place(share).toFixed(1)
  const y = (share: number) => (SIDE - place(share)).toFixed(1)
  const most = Math.max(1, ...bins.map(bin => bin.n))
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap(share => [
    `<line x1="${x(0)}" x2="${x(1)}" y1="${y(share)}" y2="${y(share)}" stroke="var(--rule)"/>`,
    `<text x="${EDGE - 8}" y="${Number(y(share)) + 4}" text-anchor="end">${share}</text>`,
    `<text x="${x(share)}" y="${SIDE - EDGE + 18}" text-anchor="middle">${share}</text>`,
  ])
  const circles = bins.map(bin => {
    const radius = Math.max(LEAST_RADIUS, MOST_RADIUS * Math.sqrt(bin.n / most))
    const said = `${bin.n} answers, confidence ${bin.confidence.toFixed(2)}, right ${bin.right.toFixed(2)}`
    return `<circle cx="${x(bin.confidence)}" cy="${y(bin.right)}" r="${radius.toFixed(1)}" fill="var(--line)" fill-opacity="0.45" stroke="var(--line)"><title>${said}</title></circle>`
  })
  const parts = [
    ...grid,
    `<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="var(--faint)" stroke-dasharray="4 3"/>`,
    ...circles,
    `<text x="${x(0.5)}" y="${SIDE - 6}" text-anchor="middle">confidence</text>`,
    `<text x="12" y="${y(0.5)}" text-anchor="middle" transform="rotate(-90 12 ${y(0.5)})">share right</text>`,
  ]
  const about = `Reliability of the confidence, ${name}`
  return `<figure><svg viewBox="0 0 ${SIDE} ${SIDE}" width="${SIDE}" height="${SIDE}" role="img" aria-label="${escaped(about)}">${parts.join('')}</svg><figcaption>${escaped(name)}: ${n} faults; a circle's area is the number of answers</figcaption></figure>`
}
