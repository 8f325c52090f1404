// How programs write their logs: the form of a line, and the words their libraries have for a call that failed.
import type { Millis } from '../../simulator/recording.ts'
import { digest } from './world.ts'

export type Language = 'go' | 'logfmt' | 'java' | 'node' | 'python' | 'rust' | 'nginx' | 'postgres' | 'plain'

export type Level = 'info' | 'warn' | 'error'

/** One line as a program of this language writes it at `at`. */
export function lineOf(language: Language, at: Millis, level: Level, text: string, unit = 'main'): string {
  const iso = new Date(at).toISOString()
  const upper = level.toUpperCase()
  switch (language) {
    case 'go':
      return JSON.stringify({ level, ts: iso, caller: `${unit}/${unit}.go:${88 + (at % 97)}`, msg: text })
    case 'logfmt':
      return `time=${iso} level=${level} component=${unit} msg=${JSON.stringify(text)}`
    case 'java':
      return `${iso} ${upper.padStart(5)} 1 --- [   worker-${1 + (at % 7)}] i.${unit}.Service : ${text}`
    case 'node':
      return JSON.stringify({
        level: { info: 30, warn: 40, error: 50 }[level],
        time: at,
        pid: 1,
        name: unit,
        msg: text,
      })
    case 'python':
      return `${iso.slice(0, 19).replace('T', ' ')},${iso.slice(20, 23)} ${upper === 'WARN' ? 'WARNING' : upper} ${unit}: ${text}`
    case 'rust':
      return `${iso.slice(0, 23)}512Z ${upper.padStart(5)} ${unit}::server: ${text}`
    case 'nginx':
      return level === 'info'
        ? `10.0.1.9 - - [${iso.slice(8, 10)}/Mar/2026:${iso.slice(11, 19)} +0000] ${text}`
        : `${iso.slice(0, 10).replaceAll('-', '/')} ${iso.slice(11, 19)} [${level}] 29#29: *${at % 90_000} ${text}`
    case 'postgres':
      return `${iso.slice(0, 23).replace('T', ' ')} UTC [${31 + (at % 900)}] ${level === 'info' ? 'LOG' : level === 'warn' ? 'WARNING' : 'FATAL'}:  ${text}`
    case 'plain':
      return text
  }
}

export type Failure =
  | 'refused'
  | 'timeout'
  | 'unknown-host'
  | 'names-unanswered'
  | 'unavailable'
  | 'expired-certificate'
  | 'unknown-authority'
  | 'not-yet-valid'
  | 'denied'
  | 'reset'

/** `address` as it stands in the caller's settings, `ip` what the name leads to; what the caller's library says. */
export function failureText(language: Language, failure: Failure, address: string, ip: string | undefined): string {
  const { host, port, url, web } = partsOf(address)
  const peer = `${ip ?? host}:${port}`
  switch (language) {
    case 'java':
      return `${web ? `I/O error on request for "${url}": ` : ''}${javaFailure(failure, host, port, ip, url)}`
    case 'python':
      return web ? pythonFailure(failure, host, port, url) : `${host}:${port}: ${socketFailure(failure)}`
    case 'node':
      return `${web ? `request to ${url} failed, reason: ` : ''}${nodeFailure(failure, host, peer)}`
    case 'rust':
      return `error sending request for url (${url}): ${rustFailure(failure)}`
    case 'nginx':
      return nginxFailure(failure, host, peer)
    default:
      return `${web ? `Get "${url}": ` : ''}${goFailure(failure, host, peer)}`
  }
}

function goFailure(failure: Failure, host: string, peer: string): string {
  const words: Record<Failure, string> = {
    refused: `dial tcp ${peer}: connect: connection refused`,
    timeout: `dial tcp ${peer}: i/o timeout`,
    'unknown-host': `dial tcp: lookup ${host} on 172.20.0.10:53: no such host`,
    'names-unanswered': `dial tcp: lookup ${host} on 172.20.0.10:53: read udp 10.42.1.8:48112->172.20.0.10:53: i/o timeout`,
    unavailable: 'unexpected status 503 Service Unavailable',
    'expired-certificate':
      'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-10T14:21:07Z is after 2026-03-10T06:00:00Z',
    'unknown-authority': 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'not-yet-valid':
      'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-10T13:38:52Z is before 2026-03-10T14:02:00Z',
    denied: 'unexpected status 401 Unauthorized',
    reset: `read tcp 10.42.1.8:51218->${peer}: read: connection reset by peer`,
  }
  return words[failure]
}

function javaFailure(failure: Failure, host: string, port: string, ip: string | undefined, url: string): string {
  const words: Record<Failure, string> = {
    refused: `java.net.ConnectException: Connection refused: ${host}/${ip ?? host}:${port}`,
    timeout: `java.net.SocketTimeoutException: connect timed out: ${host}/${ip ?? host}:${port}`,
    'unknown-host': `java.net.UnknownHostException: ${host}: Name or service not known`,
    'names-unanswered': `java.net.UnknownHostException: ${host}: Temporary failure in name resolution`,
    unavailable: `503 Service Unavailable from GET ${url}`,
    'expired-certificate':
      'javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed: NotAfter: Tue Mar 10 06:00:00 UTC 2026',
    'unknown-authority':
      'javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target',
    'not-yet-valid':
      'javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed: NotBefore: Tue Mar 10 14:02:00 UTC 2026',
    denied: `401 Unauthorized from GET ${url}`,
    reset: `java.net.SocketException: Connection reset (${host}/${ip ?? host}:${port})`,
  }
  return words[failure]
}

function pythonFailure(failure: Failure, host: string, port: string, url: string): string {
  const pool = `HTTPConnectionPool(host='${host}', port=${port}): Max retries exceeded with url: /`
  const fresh = '<urllib3.connection.HTTPConnection object at 0x7f2c9a41d3d0>: Failed to establish a new connection:'
  const words: Record<Failure, string> = {
    refused: `${pool} (Caused by NewConnectionError('${fresh} [Errno 111] Connection refused'))`,
    timeout: `${pool} (Caused by ConnectTimeoutError(<urllib3.connection.HTTPConnection object at 0x7f2c9a41d3d0>, 'Connection to ${host} timed out. (connect timeout=5)'))`,
    'unknown-host': `${pool} (Caused by NameResolutionError("<urllib3.connection.HTTPConnection object at 0x7f2c9a41d3d0>: Failed to resolve '${host}' ([Errno -2] Name or service not known)"))`,
    'names-unanswered': `${pool} (Caused by NameResolutionError("<urllib3.connection.HTTPConnection object at 0x7f2c9a41d3d0>: Failed to resolve '${host}' ([Errno -3] Temporary failure in name resolution)"))`,
    unavailable: `503 Server Error: Service Unavailable for url: ${url}`,
    'expired-certificate': `HTTPSConnectionPool(host='${host}', port=${port}): Max retries exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1010)')))`,
    'unknown-authority': `HTTPSConnectionPool(host='${host}', port=${port}): Max retries exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1010)')))`,
    'not-yet-valid': `HTTPSConnectionPool(host='${host}', port=${port}): Max retries exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid (_ssl.c:1010)')))`,
    denied: `401 Client Error: Unauthorized for url: ${url}`,
    reset: `('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer')) for url: ${url}`,
  }
  return words[failure]
}

/** What Python says of a connection that is not for HTTP. */
function socketFailure(failure: Failure): string {
  if (failure === 'refused') return '[Errno 111] Connection refused'
  if (failure === 'unknown-host') return '[Errno -2] Name or service not known'
  if (failure === 'names-unanswered') return '[Errno -3] Temporary failure in name resolution'
  return failure === 'reset' ? '[Errno 104] Connection reset by peer' : '[Errno 110] Connection timed out'
}

function nodeFailure(failure: Failure, host: string, peer: string): string {
  const words: Record<Failure, string> = {
    refused: `connect ECONNREFUSED ${peer}`,
    timeout: `connect ETIMEDOUT ${peer}`,
    'unknown-host': `getaddrinfo ENOTFOUND ${host}`,
    'names-unanswered': `getaddrinfo EAI_AGAIN ${host}`,
    unavailable: `503 Service Unavailable`,
    'expired-certificate': 'certificate has expired',
    'unknown-authority': 'unable to verify the first certificate',
    'not-yet-valid': 'certificate is not yet valid',
    denied: '401 Unauthorized',
    reset: `read ECONNRESET`,
  }
  return words[failure]
}

function rustFailure(failure: Failure): string {
  const words: Record<Failure, string> = {
    refused: 'error trying to connect: tcp connect error: Connection refused (os error 111)',
    timeout: 'error trying to connect: operation timed out',
    'unknown-host':
      'error trying to connect: dns error: failed to lookup address information: Name or service not known',
    'names-unanswered': 'error trying to connect: dns error: failed to lookup address information: Try again',
    unavailable: 'HTTP status server error (503 Service Unavailable)',
    'expired-certificate': 'error trying to connect: invalid peer certificate: Expired',
    'unknown-authority': 'error trying to connect: invalid peer certificate: UnknownIssuer',
    'not-yet-valid': 'error trying to connect: invalid peer certificate: NotValidYet',
    denied: 'HTTP status client error (401 Unauthorized)',
    reset: 'connection error: Connection reset by peer (os error 104)',
  }
  return words[failure]
}

function nginxFailure(failure: Failure, host: string, peer: string): string {
  const rest = `client: 10.0.1.9, server: _, request: "GET / HTTP/1.1", upstream: "http://${peer}/", host: "www"`
  const words: Record<Failure, string> = {
    refused: `connect() failed (111: Connection refused) while connecting to upstream, ${rest}`,
    timeout: `upstream timed out (110: Operation timed out) while connecting to upstream, ${rest}`,
    'unknown-host': `${host} could not be resolved (3: Host not found), ${rest}`,
    'names-unanswered': `${host} could not be resolved (110: Operation timed out), ${rest}`,
    unavailable: `upstream sent 503 while reading response header from upstream, ${rest}`,
    'expired-certificate': `upstream SSL certificate verify error: (10:certificate has expired) while SSL handshaking to upstream, ${rest}`,
    'unknown-authority': `upstream SSL certificate verify error: (20:unable to get local issuer certificate) while SSL handshaking to upstream, ${rest}`,
    'not-yet-valid': `upstream SSL certificate verify error: (9:certificate is not yet valid) while SSL handshaking to upstream, ${rest}`,
    denied: `upstream sent 401 while reading response header from upstream, ${rest}`,
    reset: `recv() failed (104: Connection reset by peer) while reading response header from upstream, ${rest}`,
  }
  return words[failure]
}

/** `postgres://u@db.data:5432/x`, `http://stock.core/v1`, `broker-0.broker:9092`, with the scheme's port where none is named. */
export function partsOf(address: string): { host: string; port: string; url: string; web: boolean } {
  const [, scheme = '', rest = address] = /^([a-z+]+):\/\/(.*)$/.exec(address) ?? []
  const [, host = rest, port] = /^(?:[^@/]*@)?([^:/,]+)(?::(\d+))?/.exec(rest) ?? []
  const standard: Record<string, string> = { https: '443', postgres: '5432', redis: '6379', amqp: '5672' }
  return { host, port: port ?? standard[scheme] ?? '80', url: address, web: scheme.startsWith('http') }
}

/** What it says when nothing is the matter. */
export function chatter(language: Language, name: string, number: number): string {
  const id = digest(`${name}${number}`).slice(0, 8)
  const took = 3 + (Number.parseInt(id, 16) % 90)
  const lines: Record<Language, string[]> = {
    go: [`served request ${id} in ${took}ms`, `refreshed cache, ${took} entries`],
    logfmt: [`request completed status=200 duration=${took}ms`, `flushed ${took * 12} samples`],
    java: [`Processed batch ${id} of ${took * 4} records in ${took} ms`, 'Heartbeat sent'],
    node: ['request completed', `session ${id} renewed`],
    python: [`step ${number * 100}: loss=0.${took}11 throughput=${took * 3}/s`, `wrote checkpoint ${id}`],
    rust: [`request handled in ${took}ms`, `compacted segment ${id}`],
    nginx: [
      `"GET /items/${id} HTTP/1.1" 200 ${took * 91} "-" "Mozilla/5.0"`,
      `"GET /assets/app.js HTTP/1.1" 304 0 "-" "Mozilla/5.0"`,
    ],
    postgres: [`checkpoint complete: wrote ${took} buffers (0.3%); 0 WAL file(s) added`, 'checkpoint starting: time'],
    plain: [`ok ${id}`, `tick ${number}`],
  }
  const [first = '', second = first] = lines[language]
  return number % 3 === 2 ? second : first
}
