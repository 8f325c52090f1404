// What a name says of the value it stands before, told by its words: dbPassword, DB_PASSWORDS and db-password are the same.

/** How sure a name makes it: its value is secret, is where it looks like a token, or is where it looks like a key. */
export type Secrecy = 'always' | 'often' | 'sometimes'

/** For text, where a name may stand in a sentence. secrecyOf('--db-passwords') -> 'always'; secrecyOf('secretName') -> undefined */
export function secrecyOf(name: string): Secrecy | undefined {
  const words = wordsOf(name)
  const last = words.at(-1) ?? ''
  if (HARMLESS.has(last)) return undefined
  if (words.some(word => STRONG.test(word)) || isKeyOfSomething(words)) return 'always'
  if (OFTEN.test(last) || (last === 'id' && words.at(-2) === 'session')) return 'often'
  return last === 'key' || last === 'salt' || last === 'nonce' ? 'sometimes' : undefined
}

/** For settings, where every name has a value of its own: whatever may be secret by its name is. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name)
  const last = words.at(-1) ?? ''
  if (HARMLESS.has(last)) return false
  if (words.some(word => STRONG.test(word) || LIKELY.test(word)) || isKeyOfSomething(words)) return true
  return (last === 'key' && !OPEN_KEYS.has(words.at(-2) ?? '')) || CONNECTION.test(words.join(''))
}

/** wordsOf('MYSQL_rootPasswords2') -> ['mysql', 'root', 'password'] */
export function wordsOf(name: string): string[] {
  return name
    .slice(-LONGEST_NAME)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .map(word => word.replace(/\d{1,4}$/, '').replace(/([^s])s$/, '$1'))
    .filter(Boolean)
}

const LONGEST_NAME = 200

const STRONG = /^(?:pass|pw|mypass)$|pass(?:wor[dt]|wd|phrase|code|key)|(?:^|[a-z])pwd$|secret|api-?key/
const OFTEN =
  /^(?:authorization|auth|oauth|sig|otp|totp|sid|csrf|xsrf|cred)$|token$|credential$|session(?:id)?$|cookie$|jwt$|signature$/
const LIKELY =
  /^(?:o?auth|authn|authz|authentication|authorization|cred|otp|totp|sig|pin|seed)$|pwd|token|credential|session|cookie|jwt|signature|hmac|salt|dsn/
const CONNECTION = /conn(?:ection)?str/

/** access_key, privateKey, access-key-id */
function isKeyOfSomething(words: readonly string[]): boolean {
  return words.some(
    (word, at) =>
      (word === 'key' && SECRET_KEYS.has(words[at - 1] ?? '')) ||
      /^(?:access|private|signing|encryption|master)key/.test(word),
  )
}

const SECRET_KEYS = new Set(
  'api access secret private signing encryption master auth shared account storage admin hmac root ssh deploy'.split(
    ' ',
  ),
)
const OPEN_KEYS = new Set('public partition primary foreign sort routing group object'.split(' '))

/** A name that ends so tells of a secret and does not hold it. */
const HARMLESS = new Set(
  (
    'url uri host hostname port path file dir directory name namespace ttl timeout mode enabled type length policy count ' +
    'attempt expiry expiration age version ref reference manager provider store class required interval label'
  ).split(' '),
)
