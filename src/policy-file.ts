// The policy as people write it, and the one that holds while nobody has written any.
import { z } from 'zod'
import type { Policy } from '#incident/policy.ts'

const identity = z.strictObject({
  chat: z.enum(['web', 'slack', 'teams', 'cli', 'rest']),
  team: z.string().optional(),
  user: z.string().min(1),
  person: z
    .string()
    .min(1)
    .optional()
    .describe('who it is, where one person stands in several chats: their two yeses are one'),
})

export const policySchema: z.ZodType<Policy, unknown> = z.strictObject({
  version: z.literal(1),
  stopped: z.boolean().default(false).describe('true: nothing is carried out, whatever the rules say'),
  roles: z.record(z.string(), z.array(identity)),
  rules: z.array(
    z.strictObject({
      clusters: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe('names under sources.kubernetes.contexts, * stands for any run of characters; absent: all of them'),
      namespaces: z.array(z.string().min(1)).min(1).describe('names, * stands for any run of characters'),
      tools: z.array(z.string().min(1)).min(1),
      effect: z.enum(['allow', 'deny']).default('allow'),
      roles: z.array(z.string()).default([]),
      approvals: z.union([z.literal(1), z.literal(2)]).default(1),
      ttlSeconds: z.int().min(30).max(3_600).default(300),
      replicas: z.strictObject({ min: z.int().min(0), max: z.int().min(1) }).optional(),
    }),
  ),
})

/** Who has only this machine's loopback to come by is its local responder; nobody touches the cluster's own namespace. */
export const defaultPolicy: Policy = {
  version: 1,
  stopped: false,
  roles: {
    responder: [
      { chat: 'web', user: 'local' },
      { chat: 'rest', user: 'local' },
      { chat: 'cli', user: 'local' },
    ],
  },
  rules: [
    rule(['kube-system', 'kube-public', 'kube-node-lease'], ['*'], 'deny'),
    { ...rule(['*'], ['restart_workload'], 'allow'), ttlSeconds: 600 },
    { ...rule(['*'], ['scale_workload'], 'allow'), replicas: { min: 0, max: 50 } },
    rule(['*'], ['rollback_workload'], 'allow'),
  ],
}

function rule(namespaces: string[], tools: string[], effect: 'allow' | 'deny'): Policy['rules'][number] {
  return { namespaces, tools, effect, roles: ['responder'], approvals: 1, ttlSeconds: 300 }
}
