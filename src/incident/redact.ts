// Secrets out of text, before it is stored, embedded or shown. Patterns find what looks like one; they do not promise to find all.
import { cut } from './clean.ts'

/**
 * With `[redacted]` in place of tokens, keys, passwords and the names in e-mail addresses (their domain stays). At most
 * LONGEST_TEXT long. redact(redact(x)) = redact(x).
 * redact('postgres://app:s3cret@db:5432/shop') -> 'postgres://[redacted]@db:5432/shop'
 *
 * Linear: every quantifier is bounded, and each pattern starts at a literal, or only where no run of its own is under way.
 */
export function redact(text: string): string {
  return SECRETS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), cut(text))
}

const HIDDEN = '[redacted]'

// A token, and not the next word of a sentence ("basic authentication"): a digit, padding or mixed case within.
const TOKEN = String.raw`(?=[\w.~+/-]{0,400}(?:[0-9=]|[a-z][A-Z]|[A-Z]{2}[a-z]))[\w.~+/=-]{8,4096}`

// Names that can only hold a secret, names that often do, and names that do when the value looks like a key.
const ALWAYS = `(?:password|passwd|passphrase|pwd|(?<![A-Za-z])pass|secret|api[_-]?key|(?:access|secret|private)[_-]?key(?:[_-]?id)?|x-amz-(?:signature|credential|security-token))`
const OFTEN = '(?:token|authorization|auth|credentials?|session(?:[_-]?id)?|cookie|jwt|sig|signature|otp)'
const SOMETIMES = '(?:key|salt|nonce)'

/** What is found, and what takes its place. */
export const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^]{0,8192}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g, HIDDEN],
  // scheme://user:password@host, and the key in a Sentry DSN
  [/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,20}:\/\/)(?!\[redacted\]@)[^\s/?"'<>]{1,512}@/gi, `$1${HIDDEN}@`],
  [/(https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{8,200}/g, `$1${HIDDEN}`],
  // JSON Web Tokens, so Kubernetes service account tokens too
  [/(?<![\w-])eyJ[\w-]{5,4096}\.[\w-]{5,4096}(?:\.[\w-]{0,4096})?/g, HIDDEN],
  // Tokens with a prefix of their own: Slack, GitHub, GitLab, Sentry, Grafana, Stripe, model providers, npm, Google, AWS
  [/(?<![\w-])(?:xox[a-z]|xapp)-[\w-]{10,400}/g, HIDDEN],
  [/(?<![\w-])(?:gh[pousr]|github_pat)_\w{20,255}/g, HIDDEN],
  [/(?<![\w-])glpat-[\w-]{20,100}/g, HIDDEN],
  [/(?<![\w-])sntr[a-z]{1,2}_[\w+/=-]{20,512}/g, HIDDEN],
  [/(?<![\w-])gl(?:sa|c)_[\w+/=-]{20,512}/g, HIDDEN],
  [/(?<![\w-])[sr]k_(?:live|test)_\w{10,255}/g, HIDDEN],
  [/(?<![\w-])sk-(?:[a-z0-9]{2,12}-){0,3}\w{20,255}/g, HIDDEN],
  [/(?<![\w-])npm_[A-Za-z0-9]{36}/g, HIDDEN],
  [/(?<![\w-])AIza[\w-]{35}/g, HIDDEN],
  [/(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, HIDDEN],
  [new RegExp(String.raw`\b([Bb]earer|BEARER|[Bb]asic|BASIC)(\s{1,3}|%20)${TOKEN}`, 'g'), `$1$2${HIDDEN}`],
  [
    new RegExp(
      String.raw`\b([Aa]uthorization\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?[A-Za-z]{1,20}\s{1,3})${TOKEN}`,
      'g',
    ),
    `$1${HIDDEN}`,
  ],
  assigned(ALWAYS, String.raw`[^\s,;&"'\\}\])<>]{1,1024}`),
  assigned(OFTEN, String.raw`(?=[^\s\d,;&"'\\}\])<>]{0,100}\d)[^\s,;&"'\\}\])<>]{8,4096}`),
  assigned(SOMETIMES, String.raw`[A-Za-z0-9+/_-]{32,1024}={0,2}(?![\w.:/-])`),
  [/(?<![\w.+-])[\w.+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])/g, `${HIDDEN}@$1`],
]

/**
 * name=value, name: value, "name": "value" and the same escaped (JSON in JSON), the name ending in one of `names`; what
 * stands in quotes goes whole. A value that says nothing secret and often is the cause ("password=null") stays.
 */
function assigned(names: string, value: string): readonly [RegExp, string] {
  const name = String.raw`(?<![\w.-])([\w.-]{0,60}${names}(?:\\{0,3}["'])?\s{0,3}(?:=>|[:=])\s{0,3})`
  const telling = String.raw`(?!\\{0,3}["']?(?:\[redacted|(?:null|none|nil|undefined|true|false|empty|missing)(?!\w)))`
  const quoted = String.raw`\\{0,3}"(?=${value})[^"\\\n]{1,1024}\\{0,3}"|'(?=${value})[^'\n]{1,1024}'`
  return [new RegExp(`${name}${telling}(?:${quoted}|\\\\{0,3}["']?${value})`, 'gi'), `$1${HIDDEN}`]
}
