// One clustering in a process of its own: argv is n, d, exact or approximate, and a folder for rows and labels.
// Prints one JSON object of what it took.
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { hdbscan } from '#analysis/clusterers/hdbscan.ts'
import { randomFrom } from '#analysis/random.ts'
import { normalQuantile } from '#analysis/statistics.ts'

const [n, d, mode, folder] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]!, process.argv[5]!]
const random = randomFrom(7)
const normal = () => normalQuantile(1e-6 + (1 - 2e-6) * random())

// Groups of some 200 rows, four fifths of them close to their centre.
const groups = Math.max(5, Math.round(n / 200))
const centres = Float32Array.from({ length: groups * d }, normal)
const rows = new Float32Array(n * d)
for (let i = 0; i < n; i++) {
  const from = Math.floor(random() * groups) * d
  const isNoise = random() < 0.2
  const [share, spread] = isNoise ? [0.5, 1.2] : [1, 0.35]
  for (let j = 0; j < d; j++) rows[i * d + j] = share * centres[from + j]! + spread * normal()
}

const began = performance.now()
const before = process.cpuUsage()
const { labels, clusters } = hdbscan(rows, n, d, {
  epsilon: 0,
  isApproximate: mode === 'approximate',
  threads: availableParallelism(),
})
const seconds = (performance.now() - began) / 1_000
const { user, system } = process.cpuUsage(before)
const mb = process.resourceUsage().maxRSS / 1_024
writeFileSync(join(folder, `${n}-${mode}`), labels)
writeFileSync(join(folder, `${n}.rows`), rows)
process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, mb, clusters }))
