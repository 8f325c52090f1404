// Log lines to measure with: known lines again and again, each time with other digits in them. The letters stay, so how
// many messages there are does not grow with how many lines there are.
import { randomFrom } from '#analysis/random.ts'

/** Of the kind a cloud writes, where no recorded lines are given: `#` is a digit. */
const WRITTEN = [
  '20##-##-##T##:##:##.###Z INFO  [http-nio-8080-exec-#] c.s.cart.CartController - GET /cart/######## 200 in ## ms',
  '20##-##-##T##:##:##.###Z WARN  [pool-#-thread-##] c.s.pay.Client - retry # of 3 for order ######## after ### ms',
  '20##-##-##T##:##:##.###Z ERROR [main] c.s.db.Pool - no connection to 10.#.##.###:5432 within 30000 ms (#% free)',
  'I####  ##:##:##.######       1 controller.go:###] pod "checkout-7f9dd8b6c-k#w#z" is ready, took #.###s',
  'E####  ##:##:##.######       1 leaderelection.go:###] error retrieving lock shop/checkout: context deadline exceeded',
  '10.#.##.### - - [##/Nov/20##:##:##:## +0000] "GET /api/items/#### HTTP/1.1" 200 #### "-" "curl/8.#.#"',
  '10.#.##.### - - [##/Nov/20##:##:##:## +0000] "POST /api/orders HTTP/1.1" 502 ### "-" "Mozilla/5.0"',
  '{"time":"20##-##-##T##:##:##Z","level":"error","msg":"payment refused","order":"ord-########","took_ms":###}',
  'time=20##-##-##T##:##:##Z level=info msg="cache refreshed" entries=##### took=#.###s shard=#',
  'Nov ## ##:##:## node-## kubelet[####]: Volume pvc-########-####-####-####-############ mounted for pod web-#####',
  'Nov ## ##:##:## node-## kernel: [#####.######] eth0: link is up, #### Mbps full duplex',
  'connection from 2001:db8::## closed: read ##### bytes of 0x#### at offset ####',
]

/** The same count, lines and seed give the same bytes. A line feed ends each line. */
export function logLines(count: number, known: readonly string[] = WRITTEN, seed = 1): Buffer {
  const random = randomFrom(seed)
  const sources = known.map(line => Buffer.from(`${line.replaceAll('#', '0')}\n`))
  const parts: Buffer[] = []
  for (let i = 0; i < count; i++) {
    const line = Buffer.from(sources[i % sources.length]!)
    for (let at = 0; at < line.length; at++) {
      if (line[at]! >= 48 && line[at]! <= 57) line[at] = 48 + Math.floor(10 * random())
    }
    parts.push(line)
  }
  return Buffer.concat(parts)
}
