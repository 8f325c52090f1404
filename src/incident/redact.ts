// Secrets out of text, before it is stored, embedded or shown. Patterns find what looks like one; they do not promise to find all.
import { hideAssigned } from './assigned.ts'
import { cut } from './clean.ts'
import { hideEncoded, unescaped } from './encoded.ts'

/**
 * With `[redacted]` in place of tokens, keys, passwords and the names in e-mail addresses (their domain stays), also where
 * they are written in JSON escapes, percent-encoded or in base64. At most LONGEST_TEXT long. redact(redact(x)) = redact(x).
 * redact('postgres://app:s3cret@db:5432/shop') -> 'postgres://[redacted]@db:5432/shop'
 *
 * Linear: every quantifier is bounded, and each pattern starts at a literal, or only where no run of its own is under way.
 */
export function redact(text: string): string {
  let told = cut(text)
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const without = cut(hideEncoded(unescaped(told), hide, HIDDEN))
    if (without === told) break
    told = without
  }
  return told
}

const MOST_PASSES = 4 // what is told decoded may need another; most text needs one

function hide(text: string): string {
  const without = SECRETS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text)
  const told = hideAssigned(without, HIDDEN)
  return told.includes('@') ? told.replace(...PERSON) : told
}

const HIDDEN = '[redacted]'

// A token, and not the next word of a sentence ("basic authentication"): a digit, padding or mixed case within.
const TOKEN = String.raw`(?=[\w.~+/-]{0,400}(?:[0-9=]|[a-z][A-Z]|[A-Z]{2}[a-z]))[\w.~+/=-]{8,4096}`

/**
 * Tokens with a prefix of their own: JSON Web Tokens, so Kubernetes service account tokens too; Slack, GitHub, GitLab, Sentry,
 * Grafana, Stripe, model providers, npm, Google, SendGrid, HashiCorp Vault, DigitalOcean, Shopify, PyPI, Hugging Face,
 * Telegram, New Relic.
 */
const WITH_PREFIX: readonly string[] = [
  String.raw`eyJ[\w-]{5,4096}\.[\w-]{5,4096}(?:\.[\w-]{0,4096})?`,
  String.raw`(?:xox[a-z]|xapp)-[\w-]{10,400}`,
  String.raw`(?:gh[pousr]|github_pat)_\w{20,255}`,
  String.raw`gl(?:pat|dt|rt|cbt|ptt|agent|soat)-[\w-]{20,100}`,
  String.raw`sntr[a-z]{1,2}_[\w+/=-]{20,512}`,
  String.raw`gl(?:sa|c)_[\w+/=-]{20,512}`,
  String.raw`[sr]k_(?:live|test)_\w{10,255}`,
  String.raw`sk-(?:[a-z0-9]{2,12}-){0,3}\w{20,255}`,
  String.raw`sk-(?:proj|svcacct|ant|or)-[\w-]{20,255}`,
  String.raw`npm_[A-Za-z0-9]{36}`,
  String.raw`(?:AIza[\w-]{35}|GOCSPX-[\w-]{20,60}|ya29\.[\w-]{20,1024})`,
  String.raw`SG\.[\w-]{16,64}\.[\w-]{16,64}`,
  String.raw`hv[sbr]\.[\w-]{20,400}`,
  String.raw`(?:do[opr]_v1_|shp(?:at|ca|pa|ss)_|pypi-|hf_|whsec_)[\w-]{20,400}`,
  String.raw`\d{8,10}:AA[\w-]{33}(?![\w-])`,
  String.raw`NRAK-[A-Z0-9]{20,40}`,
]

/** What is found, and what takes its place. */
export const SECRETS: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]{0,8192}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    HIDDEN,
  ],
  // scheme://user:password@host, and the key in a Sentry DSN
  [/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,20}:\/\/)(?!\[redacted\]@)[^\s/?"'<>]{1,512}@/gi, `$1${HIDDEN}@`],
  [/(https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{8,200}/g, `$1${HIDDEN}`],
  // one search for all that stand at the beginning of a word
  [new RegExp(String.raw`(?<![\w-])(?:${WITH_PREFIX.join('|')})`, 'g'), HIDDEN],
  [/(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, HIDDEN],
  [new RegExp(String.raw`\b([Bb]earer|BEARER|[Bb]asic|BASIC)(\s{1,3}|%20)${TOKEN}`, 'g'), `$1$2${HIDDEN}`],
  [
    new RegExp(
      String.raw`\b([Aa]uthorization\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?[A-Za-z]{1,20}\s{1,3})${TOKEN}`,
      'g',
    ),
    `$1${HIDDEN}`,
  ],
  [
    /\b(cookie\\{0,7}["']?\s{0,3}[:=]\s{0,3}\\{0,7}["']?)[\w.-]{1,100}=[^\s;"'\\]{1,4096}(?:;[^"'\n\\]{0,4096})?/gi,
    `$1${HIDDEN}`,
  ],
  // <password>, SQL's IDENTIFIED BY '...'
  [/(<[\w:.-]{0,60}(?:password|passwd|secret|token|api-?key)>)(?!\[redacted\])[^<\n]{1,1024}/gi, `$1${HIDDEN}`],
  [/\b((?:identified by|password)\s{1,3})(?:'[^'\n]{1,1024}'|"[^"\n]{1,1024}")/gi, `$1${HIDDEN}`],
]

const PERSON: readonly [RegExp, string] = [
  /(?<![\w.+-])[\w.+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])/g,
  `${HIDDEN}@$1`,
]
