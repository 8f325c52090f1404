// The image cannot be had or cannot run: a name, a tag, a registry, a secret, an architecture. Old pods go on serving while
// the strategy keeps them.
import { linesIn } from '../application.ts'
import { warning } from '../event.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Container, Pod } from '../kinds.ts'
import { crashes } from '../pod-state.ts'
import { cannotCreate, cannotPull } from '../pod-waiting.ts'
import { secret } from '../policy.ts'
import { rollOut } from '../rollout.ts'
import { MINUTE, remove, SECOND, type World } from '../world.ts'
import { addPod, mainOf, podsOf, specsOf, type Workload } from '../workload.ts'

const faults: Fault[] = [
  {
    name: 'tag-never-pushed',
    meets: { tidal: 'ingest', ledgerly: 'invoices', foundry: 'scorer' },
    make({ world }, target) {
      const { image, pods, at } = changed(world, target, main => main.image.replace(/:.*$/, ':4.0.0-rc7'), 17)
      for (const pod of pods)
        cannotPull(world, pod, { container: nameIn(pod, target), error: notFound(image), since: at })
      return { truth: target.object }
    },
  },
  {
    name: 'repository-misspelt',
    meets: { larder: 'basket', foundry: 'gateway' },
    make({ world }, target) {
      const { image, pods, at } = changed(world, target, main => main.image.replace(/\/([^/:]+):/, '/$1-sevice:'), 44)
      const [host, path = ''] = [image.slice(0, image.indexOf('/')), image.slice(image.indexOf('/') + 1)]
      const error = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": unexpected status from HEAD request to https://${host}/v2/${path.replace(':', '/manifests/')}: 403 Forbidden`
      for (const pod of pods) cannotPull(world, pod, { error, since: at })
      return { truth: target.object }
    },
  },
  {
    name: 'pull-secret-deleted',
    meets: { beacon: 'pager', tidal: 'sink' },
    make({ world }, target) {
      const { namespace } = target.text
      const at = world.at - 38 * MINUTE
      const [lost] = podsOf(world, target)
      for (const spec of specsOf(world, target)) spec.imagePullSecrets = [{ name: 'registry-login' }]
      const { host, image, pod } = replaced(world, target, lost, at)
      cannotPull(world, pod, { error: unauthorized(host, image), since: at })
      warning(world, pod, {
        reason: 'FailedToRetrieveImagePullSecret',
        message:
          'Unable to retrieve some image pull secrets (registry-login); attempting to pull the image may not succeed.',
        component: 'kubelet',
        host: pod.spec.nodeName,
        first: at,
        at: world.at - 11 * SECOND,
        count: 172,
      })
      return { truth: { kind: 'Secret', namespace, name: 'registry-login' }, also: [target.object] }
    },
  },
  {
    name: 'registry-login-expired',
    meets: { ledgerly: 'bankfeed', larder: 'till' },
    make({ world }, target) {
      const { namespace } = target.text
      const login = secret(world, namespace, 'registry-login', ['.dockerconfigjson'], 'kubernetes.io/dockerconfigjson')
      const at = world.at - 29 * MINUTE
      const pods = rollOut(world, target, {
        at,
        change: ({ spec }) => {
          spec.imagePullSecrets = [{ name: 'registry-login' }]
          const main = mainOf(spec.containers, target)
          main.image = main.image.replace(/$/, '-p1')
        },
      })
      const { image } = mainOf(target.object.spec.template.spec.containers, target)
      const host = image.slice(0, image.indexOf('/'))
      const error = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: authorization failed: your authorization token has expired. Reauthenticate and try again (${host})`
      for (const pod of pods) cannotPull(world, pod, { container: nameIn(pod, target), error, since: at })
      return { truth: login, also: [target.object] }
    },
  },
  {
    name: 'registry-not-reachable',
    meets: { beacon: 'charts', tidal: 'console' },
    make({ world, registry }, target) {
      const host = registry.split('/')[0] ?? ''
      const { image, pods, at } = changed(world, target, main => `${main.image}-p2`, 25)
      const path = image.slice(host.length + 1).replace(':', '/manifests/')
      const error = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://${host}/v2/${path}": dial tcp 10.8.0.14:443: i/o timeout`
      for (const pod of pods) cannotPull(world, pod, { container: nameIn(pod, target), error, since: at })
      return { truth: { kind: 'External', name: host } }
    },
  },
  {
    name: 'pull-rate-limited',
    meets: { larder: 'sessions', foundry: 'queue' },
    make({ world }, target) {
      const at = world.at - 13 * MINUTE
      const [lost] = podsOf(world, target)
      const { image, pod } = replaced(world, target, lost, at)
      const full = `docker.io/library/${image}`
      const error = `failed to pull and unpack image "${full}": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/${image.replace(':', '/manifests/')}: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`
      cannotPull(world, pod, { error, since: at })
      return {
        truth: target.object,
        also: [
          { kind: 'External', name: 'registry-1.docker.io' },
          { kind: 'External', name: 'docker.io' },
        ],
      }
    },
  },
  {
    name: 'image-name-invalid',
    meets: { larder: 'stock', ledgerly: 'taxes' },
    make({ world }, target) {
      const { image, pods, at } = changed(
        world,
        target,
        main => main.image.replace(/\/([^/:]+):/, (_, name: string) => `/${name[0]?.toUpperCase()}${name.slice(1)}:`),
        9,
      )
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format: repository name (${image.replace(/:.*$/, '').slice(image.indexOf('/') + 1)}) must be lowercase`
      for (const pod of pods)
        cannotCreate(world, pod, {
          container: nameIn(pod, target),
          reason: 'InvalidImageName',
          message,
          since: at,
          event: 'InspectFailed',
          text: message,
        })
      return { truth: target.object }
    },
  },
  {
    name: 'built-for-another-processor',
    meets: { beacon: 'ruler', foundry: 'dispatcher' },
    make({ world }, target) {
      const { pods, at } = changed(world, target, main => `${main.image}-arm64`, 19)
      for (const pod of pods)
        crashes(world, pod, {
          container: nameIn(pod, target),
          death: { exitCode: 255, reason: 'Error', ranSeconds: 1 },
          since: at + 4 * SECOND,
          says: linesIn('plain', target.text.name, [`exec /usr/local/bin/${target.text.name}: exec format error`]),
        })
      return { truth: target.object }
    },
  },
  {
    name: 'never-pulled',
    meets: { foundry: 'features', tidal: 'schema-registry' },
    make({ world }, target) {
      const at = world.at - 22 * MINUTE
      const pods = rollOut(world, target, {
        at,
        change: ({ spec }) => {
          const main = mainOf(spec.containers, target)
          main.imagePullPolicy = 'Never'
          main.image = `${main.image}-hotfix`
        },
      })
      const { image } = mainOf(target.object.spec.template.spec.containers, target)
      const message = `Container image "${image}" is not present with pull policy of Never`
      for (const pod of pods)
        cannotCreate(world, pod, {
          reason: 'ErrImageNeverPull',
          message,
          since: at,
          event: 'ErrImageNeverPull',
          text: message,
        })
      return { truth: target.object }
    },
  },
]

export const imageCases = () => casesOf('image', faults)

function changed(
  world: World,
  target: Workload,
  name: (main: Container) => string,
  minutes: number,
): { image: string; pods: Pod[]; at: number } {
  const at = world.at - minutes * MINUTE
  const pods = rollOut(world, target, {
    at,
    change: ({ spec }) => {
      const main = mainOf(spec.containers, target)
      main.image = name(main)
    },
  })
  return { image: mainOf(target.object.spec.template.spec.containers, target).image, pods, at }
}

/** A pod went with its node's image cache, and another came in its place. */
function replaced(
  world: World,
  target: Workload,
  lost: Pod | undefined,
  at: number,
): { host: string; image: string; pod: Pod } {
  if (!lost) throw new Error(`expected ${target.text.name} to have a pod, found none`)
  remove(world, lost)
  world.logs = world.logs.filter(({ pod }) => pod !== lost.metadata.name)
  const index = lost.metadata.labels['apps.kubernetes.io/pod-index']
  const pod = addPod(world, target, at, index === undefined ? {} : { ordinal: Number(index) })
  const { image } = target.text
  return { host: image.slice(0, image.indexOf('/')), image, pod }
}

function nameIn({ spec }: Pod, target: Workload): string {
  return mainOf(spec.containers, target).name
}

function notFound(name: string): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`
}

function unauthorized(host: string, name: string): string {
  return `failed to pull and unpack image "${name}": failed to resolve reference "${name}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${host}/service/token?scope=repository%3A${encodeURIComponent(name.slice(host.length + 1).replace(/:.*$/, ''))}%3Apull&service=harbor-registry: 401 Unauthorized`
}
