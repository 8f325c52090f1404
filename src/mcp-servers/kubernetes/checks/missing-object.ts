// Which object a message of the kubelet or the scheduler says is not there. Pure; names come from the message alone, so nothing
// has to be read for it, least of all a Secret.

export type MissingObject = { kind: string; name: string; key?: string }

const SAYS: { pattern: RegExp; kind?: string }[] = [
  // secret "db" not found; configmap "cart-settings" not found
  { pattern: /(?<kind>configmap|secret)s? "(?<name>[\w.-]{1,253})" not found/i },
  // couldn't find key URL in ConfigMap shop/cart-settings
  { pattern: /find key (?<key>[\w.-]{1,253}) in (?<kind>configmap|secret) (?:[\w-]{1,63}\/)?(?<name>[\w.-]{1,253})/i },
  { pattern: /persistentvolumeclaim "(?<name>[\w.-]{1,253})" not found/i, kind: 'PersistentVolumeClaim' },
  { pattern: /serviceaccounts? "(?<name>[\w.-]{1,253})" not found/i, kind: 'ServiceAccount' },
  { pattern: /runtimeclass(?:es\.node\.k8s\.io)? "(?<name>[\w.-]{1,253})" not found/i, kind: 'RuntimeClass' },
  { pattern: /no PriorityClass with name (?<name>[\w.-]{1,253})/i, kind: 'PriorityClass' },
]

const KINDS: Record<string, string> = { configmap: 'ConfigMap', secret: 'Secret' }

/** The first that is named. missingIn('configmap "cart" not found') // { kind: 'ConfigMap', name: 'cart' } */
export function missingIn(message: string): MissingObject | undefined {
  for (const { pattern, kind } of SAYS) {
    const { groups } = pattern.exec(message) ?? {}
    const name = groups?.['name']
    if (!groups || !name) continue
    const key = groups['key']
    return { kind: kind ?? KINDS[groups['kind']?.toLowerCase() ?? ''] ?? 'object', name, ...(key && { key }) }
  }
  return undefined
}

/** Something that a template names, or a key of it, is not there. */
export function saysMissing(message: string): boolean {
  return missingIn(message) !== undefined || /references non-existent/.test(message)
}

/** `ConfigMap cart-settings`, or `key URL of ConfigMap cart-settings` */
export function sayMissing({ kind, name, key }: MissingObject): string {
  return key ? `key ${key} of ${kind} ${name}` : `${kind} ${name}`
}
