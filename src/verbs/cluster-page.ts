// The page of `cluster --report`: one file, no script, nothing loaded. Text of the log stands in it as text.
import type { Clustered, Template } from '#analysis/lines/templates.ts'
import { clean } from '#incident/clean.ts'
import { redact } from '#incident/redact.ts'

/** Forbids everything but the style below, should text of a log ever come through as mark-up. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

const STYLE = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:24px;max-width:1100px}
table{border-collapse:collapse;width:100%}
th,td{padding:8px;border-bottom:1px solid #8886;text-align:right;vertical-align:top;white-space:nowrap}
th:last-child,td:last-child{text-align:left;white-space:normal;overflow-wrap:anywhere;width:100%}
code{font:14px/1.5 ui-monospace,monospace}
small{color:#767676}
@media(max-width:640px){body{margin:8px}.place{display:none}}`

/** Templates, most lines first, each with its first line. */
export function clusterPage(name: string, { lines, templates }: Clustered): string {
  const title = `${name}: ${lines} lines, ${templates.length} templates`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<table>
<thead><tr><th>count</th><th>share</th><th class="place">first line</th><th class="place">last line</th><th>template</th></tr></thead>
<tbody>
${templates.map(template => row(template, lines)).join('\n')}
</tbody>
</table>
</body>
</html>
`
}

function row({ count, first, last, text, example, statusCodes }: Template, lines: number): string {
  const statuses = Object.entries(statusCodes).map(([code, times]) => `${times} × ${code}`)
  const answered = statuses.length > 0 ? `<br><small>HTTP ${statuses.join(', ')}</small>` : ''
  const cells = [count, `${((100 * count) / lines).toFixed(1)} %`]
  const places = [first + 1, last + 1]
  const shown = `<code>${asText(text)}</code><br><small>${asText(example)}</small>${answered}`
  return `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}${places.map(place => `<td class="place">${place}</td>`).join('')}<td>${shown}</td></tr>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Secrets and what cannot be seen are taken out. */
function asText(text: string): string {
  return escaped(redact(clean(text)))
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character]!)
}
