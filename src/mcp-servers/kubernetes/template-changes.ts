// What differs between two pod templates, in lines people can read. Values of the environment are never shown: they may be secrets.
import type { TemplateContainer, Template } from './pod-schema.ts'

/** ["image: checkout:v2.31 -> checkout:v2.30", "env PAYMENT_URL changes"]; empty where nothing here looks at differs. */
export function templateChanges(before: Template, after: Template): string[] {
  const old = new Map((before?.spec?.containers ?? []).map(each => [each.name, each]))
  const containers = after?.spec?.containers ?? []
  const several = containers.length > 1
  const changed = containers.flatMap(container => {
    const former = old.get(container.name)
    if (!former) return [`container ${container.name} is added`]
    const lines = [
      ...imageChange(former, container),
      ...envChanges(former, container),
      ...portChange(former, container),
      ...resourceChanges(former, container),
      ...startChanges(former, container),
    ]
    return several ? lines.map(line => `${container.name} ${line}`) : lines
  })
  const gone = [...old.keys()].filter(name => !containers.some(each => each.name === name))
  return [...changed, ...gone.map(name => `container ${name} is removed`), ...annotationChanges(before, after)]
}

/** The tags where only they differ, else whole images; undefined where no image changed. */
export function imageStep(before: Template, after: Template): { from: string; to: string } | undefined {
  const old = new Map((before?.spec?.containers ?? []).map(({ name, image }) => [name, image]))
  for (const { name, image } of after?.spec?.containers ?? []) {
    const former = old.get(name)
    if (!former || !image || former === image) continue
    const [repository, tag] = splitImage(image)
    const [formerRepository, formerTag] = splitImage(former)
    return repository === formerRepository ? { from: formerTag, to: tag } : { from: former, to: image }
  }
  return undefined
}

/** registry:5000/shop/checkout:v2 -> ["registry:5000/shop/checkout", "v2"]; digests are cut to what people compare. */
function splitImage(image: string): [repository: string, tag: string] {
  const [beforeDigest = image, digest] = image.split('@')
  const colon = beforeDigest.indexOf(':', beforeDigest.lastIndexOf('/') + 1)
  if (colon >= 0) return [beforeDigest.slice(0, colon), beforeDigest.slice(colon + 1)]
  return [beforeDigest, digest ? digest.slice(0, 'sha256:'.length + 12) : 'latest']
}

function imageChange(before: TemplateContainer, after: TemplateContainer): string[] {
  return before.image === after.image ? [] : [`image: ${before.image ?? 'none'} -> ${after.image ?? 'none'}`]
}

function envChanges(before: TemplateContainer, after: TemplateContainer): string[] {
  const old = new Map(before.env.map(({ name, value }) => [name, value]))
  const lines = after.env.flatMap(({ name, value }) => {
    if (!old.has(name)) return [`env ${name} is added`]
    return old.get(name) === value ? [] : [`env ${name} changes`]
  })
  const gone = before.env.filter(({ name }) => !after.env.some(each => each.name === name))
  return [...lines, ...gone.map(({ name }) => `env ${name} is removed`)]
}

function portChange(before: TemplateContainer, after: TemplateContainer): string[] {
  const [old, now] = [before, after].map(({ ports }) => ports.map(port => port.containerPort).join(', ') || 'none')
  return old === now ? [] : [`ports: ${old} -> ${now}`]
}

/** ["limits.memory: 256Mi -> 128Mi"] */
function resourceChanges(before: TemplateContainer, after: TemplateContainer): string[] {
  return (['requests', 'limits'] as const).flatMap(which => {
    const [old, now] = [before.resources?.[which] ?? {}, after.resources?.[which] ?? {}]
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
    return names
      .filter(name => old[name] !== now[name])
      .map(name => `${which}.${name}: ${old[name] ?? 'none'} -> ${now[name] ?? 'none'}`)
  })
}

/** Never what they are: an argument may be a secret. */
function startChanges(before: TemplateContainer, after: TemplateContainer): string[] {
  return (['command', 'args'] as const)
    .filter(part => JSON.stringify(before[part]) !== JSON.stringify(after[part]))
    .map(part => `${part} changes`)
}

function annotationChanges(before: Template, after: Template): string[] {
  const old = before?.metadata?.annotations ?? {}
  const now = after?.metadata?.annotations ?? {}
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
  return names
    .filter(name => own(old, name) !== own(now, name))
    .map(name => {
      if (!Object.hasOwn(now, name)) return `pod annotation ${name} is removed`
      return Object.hasOwn(old, name) ? `pod annotation ${name} changes` : `pod annotation ${name} is added`
    })
}

/** Somebody outside chose the names: `constructor` is one like any other. */
function own(map: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined
}
