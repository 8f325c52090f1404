import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { SCOPES } from '#bot/slack/check.ts'
import { slack, teams } from './manifest.ts'

const CLIENT = '11111111-2222-3333-4444-555555555555'
const folder = mkdtempSync(join(tmpdir(), 'manifest-'))
let said: string

beforeEach(() => {
  said = ''
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    said += String(text)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// https://docs.slack.dev/reference/app-manifest, as far as we use it: names, lengths, what must be there
const text = (longest: number) => z.string().min(1).max(longest)
const slackSchema = z.strictObject({
  _metadata: z.strictObject({ major_version: z.union([z.literal(1), z.literal(2)]), minor_version: z.int() }),
  display_information: z.strictObject({
    name: text(35),
    description: text(140),
    long_description: z.string().min(174).max(4_000),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: z.string().regex(/^[a-z0-9._-]{1,80}$/), always_online: z.boolean() }),
    shortcuts: z
      .array(
        z.strictObject({
          name: text(24),
          type: z.enum(['message', 'global']),
          callback_id: text(255),
          description: text(150),
        }),
      )
      .max(10),
    slash_commands: z.array(
      z.strictObject({
        command: z.string().regex(/^\/[a-z]{1,31}$/),
        description: text(2_000),
        usage_hint: text(1_000),
        should_escape: z.boolean(),
        url: z.url({ protocol: /^https$/ }).optional(),
      }),
    ),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string().regex(/^[a-z_]+(:[a-z]+)?$/)) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: z.url({ protocol: /^https$/ }).optional(),
      bot_events: z.array(z.string()),
    }),
    interactivity: z.strictObject({
      is_enabled: z.boolean(),
      request_url: z.url({ protocol: /^https$/ }).optional(),
    }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
})

test('Slack without an address: Socket Mode, the scopes the bot uses and no other, each with its reason', async () => {
  await slack({})
  const manifest = slackSchema.parse(parse(said))
  expect(manifest.settings.socket_mode_enabled).toBe(true)
  expect(JSON.stringify(manifest)).not.toContain('https')
  expect(manifest.oauth_config.scopes.bot).toEqual(Object.keys(SCOPES).sort())
  for (const scope of manifest.oauth_config.scopes.bot) expect(said).toMatch(new RegExp(`- ${scope} # .{10,}`))
})

test('Slack with an address: the three doors lead there, as YAML and as JSON', async () => {
  await slack({ url: 'https://incidents.example.com/' })
  const manifest = slackSchema.parse(parse(said))
  const doors = [
    manifest.settings.event_subscriptions.request_url,
    manifest.settings.interactivity.request_url,
    manifest.features.slash_commands[0]?.url,
  ]
  expect(doors).toEqual(Array(3).fill('https://incidents.example.com/slack/events'))
  expect(manifest.settings.socket_mode_enabled).toBe(false)
  said = ''
  await slack({ url: 'https://incidents.example.com', json: true })
  expect(JSON.parse(said)).toEqual(manifest)
})

// https://learn.microsoft.com/microsoft-365/extensibility/schema/, version 1.19, as far as we use it
const guid = z.literal(CLIENT)
const scopes = z.array(z.enum(['team', 'personal', 'groupChat'])).min(1)
const teamsSchema = z.strictObject({
  $schema: z.literal('https://developer.microsoft.com/json-schemas/teams/v1.19/MicrosoftTeams.schema.json'),
  manifestVersion: z.literal('1.19'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  id: guid,
  name: z.strictObject({ short: text(30), full: text(100) }),
  developer: z.strictObject({
    name: text(32),
    websiteUrl: z.url({ protocol: /^https$/ }),
    privacyUrl: z.url({ protocol: /^https$/ }),
    termsOfUseUrl: z.url({ protocol: /^https$/ }),
  }),
  description: z.strictObject({ short: text(80), full: text(4_000) }),
  icons: z.strictObject({ color: z.literal('color.png'), outline: z.literal('outline.png') }),
  accentColor: z.string().regex(/^#[0-9a-f]{6}$/),
  bots: z
    .array(
      z.strictObject({
        botId: guid,
        scopes,
        isNotificationOnly: z.boolean(),
        supportsFiles: z.boolean(),
        supportsCalling: z.boolean(),
        supportsVideo: z.boolean(),
        commandLists: z
          .array(
            z.strictObject({
              scopes,
              commands: z.array(z.strictObject({ title: text(32), description: text(128) })).max(10),
            }),
          )
          .max(3),
      }),
    )
    .length(1),
  composeExtensions: z
    .array(
      z.strictObject({
        botId: guid,
        commands: z
          .array(
            z.strictObject({
              id: text(64),
              type: z.literal('action'),
              context: z.array(z.enum(['compose', 'commandBox', 'message'])),
              title: text(32),
              description: text(128),
              fetchTask: z.boolean(),
            }),
          )
          .max(10),
      }),
    )
    .length(1),
  validDomains: z.array(z.string().regex(/^[a-z0-9.:-]+$/)).max(16),
  webApplicationInfo: z.strictObject({ id: guid, resource: text(2_048) }),
  authorization: z.strictObject({
    permissions: z.strictObject({
      resourceSpecific: z.array(z.strictObject({ name: text(128), type: z.literal('Application') })).max(16),
    }),
  }),
})

test('Teams: a zip with the filled manifest and two pictures of the sizes Teams asks for', async () => {
  await teams({ clientId: CLIENT.toUpperCase(), url: 'https://incidents.example.com/ops/' })
  expect(said).toBe(`${join(folder, 'incident-orchestrator-teams.zip')}\n`)
  const files = unzipped(readFileSync(said.trim()))
  expect(Object.keys(files)).toEqual(['manifest.json', 'color.png', 'outline.png'])
  const manifest = teamsSchema.parse(JSON.parse(String(files['manifest.json'])))
  expect(manifest.developer.websiteUrl).toBe('https://incidents.example.com/ops')
  expect(manifest.validDomains).toEqual(['incidents.example.com'])
  expect(sizeOfPng(files['color.png'])).toEqual([192, 192])
  expect(sizeOfPng(files['outline.png'])).toEqual([32, 32])
})

test('what is missing or cannot be is said with what would do', async () => {
  vi.stubEnv('CLIENT_ID', undefined)
  await expect(teams({})).rejects.toThrow(/client id, such as .*got none.*--client-id/)
  await expect(teams({ clientId: 'my app' })).rejects.toThrow('got “my app”')
  await expect(slack({ url: 'http://incidents.example.com' })).rejects.toThrow(/https:\/\/incidents.example.com, got/)
})

/** By the directory at its end, as an unpacker reads it. */
function unzipped(file: Buffer): Record<string, Buffer> {
  const end = file.lastIndexOf('PK\x05\x06')
  const found: Record<string, Buffer> = {}
  let at = file.readUInt32LE(end + 16)
  for (let i = 0; i < file.readUInt16LE(end + 10); i++) {
    const [packed, size, length] = [file.readUInt32LE(at + 20), file.readUInt32LE(at + 24), file.readUInt16LE(at + 28)]
    const name = file.toString('latin1', at + 46, at + 46 + length)
    const body = file.readUInt32LE(at + 42) + 30 + length
    expect(file.toString('latin1', body - length, body)).toBe(name)
    found[name] = inflateRawSync(file.subarray(body, body + packed))
    expect(found[name].length).toBe(size)
    at += 46 + length
  }
  return found
}

function sizeOfPng(png: Buffer | undefined): number[] {
  return png ? [png.readUInt32BE(16), png.readUInt32BE(20)] : []
}
