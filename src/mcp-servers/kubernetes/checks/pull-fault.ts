// Why an image cannot be pulled, by what the registry or the runtime answered. Pure.
export type PullFault = {
  says: string
  mend: string
  /** The registry is what fails, whatever image is asked for. */
  ofRegistry?: true
  /** It does not even answer. */
  isOutOfReach?: true
}

const KNOWN: (PullFault & { pattern: RegExp })[] = [
  {
    pattern: /unable to retrieve some image pull secrets/i,
    says: 'its imagePullSecret is not there',
    mend: 'create the imagePullSecret in the namespace, or correct its name',
  },
  {
    pattern: /toomanyrequests|rate limit|429/i,
    ofRegistry: true,
    says: 'the registry refuses more pulls: its rate limit is reached',
    mend: 'log in to the registry with an imagePullSecret, or pull through a mirror',
  },
  {
    pattern: /no space left on device|disk quota exceeded/i,
    says: 'the disk of the node has no room for it',
    mend: 'free the disk of the node, or give it a larger one',
  },
  {
    pattern: /unexpected (?:HTTP )?status[^\n]{0,300}: 5\d\d|internal server error/i,
    ofRegistry: true,
    isOutOfReach: true,
    says: 'the registry answers with errors of its own',
    mend: 'look at the registry: its storage, its database, its load',
  },
  {
    pattern: /no match for platform|no matching manifest/i,
    says: 'it does not exist for the processor of the node',
    mend: 'use an image built for the architecture of the nodes',
  },
  {
    pattern:
      /no such host|i\/o timeout|connection refused|dial tcp|TLS handshake|x509|deadline exceeded|HTTP response to HTTPS client|connection reset/i,
    ofRegistry: true,
    isOutOfReach: true,
    says: 'the registry cannot be reached',
    mend: 'look at the way from the node to the registry: DNS, proxy, certificate',
  },
  {
    pattern: /manifest (?:for .{1,300} )?(?:unknown|not found)|: not found/i,
    says: 'there is no such tag',
    mend: 'correct the tag',
  },
  {
    pattern:
      /unauthorized|authentication required|403 forbidden|access (?:to the resource is )?denied|authorization failed/i,
    says: 'the registry refuses, or there is no such repository',
    mend: 'correct the name of the image, or give the pods an imagePullSecret that may read it',
  },
  {
    pattern: /invalid reference format|InvalidImageName|couldn't parse image/i,
    says: 'that is not the name of an image',
    mend: 'correct the name of the image',
  },
]

/** By the messages of the kubelet, of which some speak of other things; undefined where none tells. */
export function pullFault(messages: readonly string[]): PullFault | undefined {
  return KNOWN.find(({ pattern }) => messages.some(message => message.includes('image') && pattern.test(message)))
}

/** `ghcr.io` of ghcr.io/shop/cart:v2; `docker.io` where none is named. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/')
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first.replace(/:\d{1,5}$/, '') : 'docker.io'
}
