// Pods and the templates they are made of, as an API server shows them: of each only the fields something here uses.
import { z } from 'zod'
import { absent, condition, flag, list, metadata, moment, number, port, strings, text } from './fields.ts'

const probe = absent(
  z.object({
    httpGet: absent(z.object({ port })),
    tcpSocket: absent(z.object({ port })),
    grpc: absent(z.object({ port })),
  }),
)

const container = z.object({
  name: z.string(),
  image: text,
  ports: list(z.object({ name: text, containerPort: number, protocol: text })),
  resources: absent(z.object({ requests: strings, limits: strings })),
  restartPolicy: text, // of an init container: Always makes it a sidecar
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
})
export type Container = z.output<typeof container>

/** What a pod is told to run is read of its template alone. */
const templateContainer = container.extend({
  command: list(z.string()),
  args: list(z.string()),
  env: list(
    z.object({
      name: z.string(),
      value: text,
      valueFrom: absent(z.object({ configMapKeyRef: absent(z.object({ name: text })) })),
    }),
  ),
  envFrom: list(z.object({ configMapRef: absent(z.object({ name: text })) })),
  volumeMounts: list(z.object({ name: z.string(), mountPath: text, readOnly: flag })),
})

export type TemplateContainer = z.output<typeof templateContainer>

const podSpec = z.object({
  nodeName: text,
  containers: list(container),
  initContainers: list(container),
  overhead: strings,
  volumes: list(z.object({ name: z.string(), persistentVolumeClaim: absent(z.object({ claimName: z.string() })) })),
})

const templateSpec = podSpec.extend({
  volumes: list(
    z.object({
      name: z.string(),
      persistentVolumeClaim: absent(z.object({ claimName: z.string() })),
      secret: absent(z.object({ secretName: text })),
      configMap: absent(z.object({ name: text })),
    }),
  ),
  containers: list(templateContainer),
  initContainers: list(templateContainer),
  dnsPolicy: text,
  dnsConfig: absent(z.object({ nameservers: list(z.string()) })),
})

export const template = absent(
  z.object({
    metadata: absent(z.object({ labels: strings, annotations: strings })),
    spec: absent(templateSpec),
  }),
)
export type Template = z.output<typeof template>

const terminated = absent(
  z.object({ exitCode: number, reason: text, message: text, finishedAt: moment, startedAt: moment }),
)
const containerStatus = z.object({
  name: z.string(),
  ready: flag,
  restartCount: number,
  state: absent(
    z.object({
      waiting: absent(z.object({ reason: text, message: text })),
      running: absent(z.object({ startedAt: moment })),
      terminated,
    }),
  ),
  lastState: absent(z.object({ terminated })),
})
export type ContainerStatus = z.output<typeof containerStatus>

export const podSchema = z.object({
  metadata,
  spec: absent(podSpec),
  status: absent(
    z.object({
      phase: text,
      reason: text,
      message: text,
      startTime: moment,
      podIP: text,
      conditions: list(condition),
      containerStatuses: list(containerStatus),
      initContainerStatuses: list(containerStatus),
    }),
  ),
})
export type Pod = z.output<typeof podSchema>
