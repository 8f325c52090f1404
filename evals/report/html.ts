// The page of `eval --report`: one file, no script, nothing loaded. Text of recordings stands in it as text.
import { clean } from '#incident/clean.ts'
import { redact } from '#incident/redact.ts'

/** Forbids everything but the style below, should text of a recording ever come through as mark-up. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

const STYLE = `:root{color-scheme:light dark;--line:light-dark(#1f5fbf,#7fb0ff);--truth:light-dark(#b3261e,#ff8a80);--right:light-dark(#1b6e34,#79d18f);--faint:light-dark(#5f6368,#a6abb1);--rule:light-dark(#d9dce0,#3c4045);--band:light-dark(#fbe3e1,#4a2523)}
body{font:16px/1.5 system-ui,sans-serif;margin:24px auto;max-width:1040px;padding:0 16px}
h1{font-size:1.7em;margin:0 0 8px}h2{margin:48px 0 8px;padding-top:16px;border-top:1px solid var(--rule)}h3{margin:32px 0 8px}
p,li{max-width:80ch}
nav ul{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;padding:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;margin:12px 0;font-variant-numeric:tabular-nums}
th,td{padding:4px 12px 4px 0;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
td+td,th+th{text-align:right}
code{font:14px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
article{margin:24px 0;padding:16px;border:1px solid var(--rule);border-radius:8px;overflow-wrap:anywhere}
article h4{margin:0 0 8px;font-size:1em}
article p{margin:4px 0}
.row{display:flex;flex-wrap:wrap;gap:8px 24px}
.verdict{font-weight:600}.right{color:var(--right)}.wrong{color:var(--truth)}
figure{margin:12px 0 0}figcaption{font-size:13px;color:var(--faint);overflow-wrap:anywhere}
svg{display:block;max-width:100%;height:auto}
svg text{font:11px system-ui,sans-serif;fill:var(--faint)}
details>summary{cursor:pointer;color:var(--faint)}`

/** `body`: mark-up; every text in it already escaped. */
export function htmlPage(title: string, body: string): string {
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
${body}
</body>
</html>
`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Secrets and what cannot be seen are taken out. */
export function escaped(text: string): string {
  return redact(clean(text)).replace(/[&<>"']/g, character => ENTITIES[character]!)
}
