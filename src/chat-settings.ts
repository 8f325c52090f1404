// What each chat needs to be told: its credentials, where to post, and which incidents go elsewhere.
import { z } from 'zod'
import { SEVERITIES } from '#incident/signal.ts'

const route = z.strictObject({
  services: z.array(z.string().min(1)).min(1).optional().describe('names, * stands for any run of characters'),
  namespaces: z.array(z.string().min(1)).min(1).optional(),
  severities: z.array(z.enum(SEVERITIES)).min(1).optional(),
  channel: z.string().min(1),
})
const routes = z
  .array(route)
  .default([])
  .describe('the first that matches names the channel; otherwise the default one')

export const slackSettings = z.strictObject({
  botToken: z.string().startsWith('xoxb-', 'expected a bot token, which begins with xoxb-').describe('SLACK_BOT_TOKEN'),
  appToken: z
    .string()
    .startsWith('xapp-', 'expected an app-level token, which begins with xapp-')
    .optional()
    .describe('Socket Mode: no address of ours has to be reachable; SLACK_APP_TOKEN'),
  signingSecret: z
    .string()
    .min(1)
    .optional()
    .describe('HTTP: Slack calls /slack/events, signed with it; SLACK_SIGNING_SECRET'),
  channel: z.string().min(1).describe('id of the channel incidents are posted in, such as C0123456789; SLACK_CHANNEL'),
  apiUrl: z.url().optional().describe('another Web API: a proxy, GovSlack; SLACK_API_URL'),
  routes,
})

export const teamsSettings = z.strictObject({
  clientId: z.string().min(1).describe('application (client) id of the bot; CLIENT_ID'),
  clientSecret: z.string().min(1).describe('CLIENT_SECRET'),
  tenantId: z.string().min(1).describe('whose people may speak to it; TENANT_ID'),
  channel: z.string().min(1).describe('conversation id of the channel, such as 19:…@thread.tacv2; TEAMS_CHANNEL'),
  team: z
    .string()
    .min(1)
    .optional()
    .describe('group id of the team: lets it find its own message again after a crash; TEAMS_TEAM'),
  serviceUrl: z.url().default('https://smba.trafficmanager.net/teams/').describe('the Bot Connector to post through'),
  routes,
})
