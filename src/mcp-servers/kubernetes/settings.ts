// Settings of this room: which clusters, and how they are reached.
import { z } from 'zod'

const place = {
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe('path of a kubeconfig; absent: KUBECONFIG, ~/.kube/config, or the account of the pod this runs in'),
  context: z.string().min(1).optional().describe('context of the kubeconfig; absent: its current one'),
}

export const kubernetesSettings = z.strictObject({
  cluster: z.string().min(1).max(100).optional().describe('name of the cluster on cards'),
  ...place,
  watch: z.boolean().optional().describe('false: every list is read each time, none is kept true by a watch'),
  contexts: z
    .record(z.string().regex(/^[\w.-]{1,40}$/, 'expected letters, digits and . _ -'), z.strictObject(place))
    .refine(all => Object.keys(all).length >= 1 && Object.keys(all).length <= 20, 'expected 1 to 20 clusters')
    .optional()
    .describe('several clusters by name; a context left out is that name, a kubeconfig as above'),
})

/** By which the API server keeps our writes apart from everybody else's. */
export const FIELD_MANAGER = 'incident-orchestrator'

export type KubernetesSettings = z.output<typeof kubernetesSettings>
