// What people do in Slack, as the payloads an app gets: press, choose, type a command, fill a form, mention, write, join, look.
import { chosen, values } from './controls.ts'
import type { Deliver, Delivered } from './delivery.ts'
import { add, shown } from './methods/chat.ts'
import type { ResponseUrls } from './web-api.ts'
import type { Block, Message, View, Workspace } from './workspace.ts'

type Options = { duplicates?: number }

export type Gestures = {
  /** Presses the button, or chooses the menu item, with this label. */
  press(user: string, message: Message, label: string, options?: Options): Promise<Delivered>
  /** Sends what a press on a button of that id with this value would, whether the message has one or not. */
  pressValue(user: string, message: Message, actionId: string, value: string): Promise<Delivered>
  /** On a person's home tab. */
  pressHome(user: string, label: string): Promise<Delivered>
  command(user: string, channel: string, text: string, options?: Options): Promise<Delivered>
  /** Fills the fields by their labels and submits. */
  submit(user: string, view: View, filled: Record<string, string | string[]>, options?: Options): Promise<Delivered>
  /** The shortcut of a message's menu. */
  shortcut(user: string, message: Message, callbackId: string): Promise<Delivered>
  /** Writes to the bot with its name in front; in a thread where `threadTs` is given. */
  mention(user: string, channel: string, text: string, threadTs?: string, options?: Options): Promise<Delivered>
  /** Writes to the bot alone. */
  write(user: string, text: string, options?: Options & { botId?: string; subtype?: string }): Promise<Delivered>
  /** Writes where the bot is not meant. */
  post(user: string, channel: string, text: string): Message
  openHome(user: string): Promise<Delivered>
  join(user: string, channel: string): Promise<Delivered>
}

const TRIGGER_MILLIS = 3_000
const RESPONSE_URL_MILLIS = 30 * 60_000
const RESPONSES = 5

export function createGestures(given: {
  workspace: Workspace
  deliver: Deliver
  responseUrls: ResponseUrls
  triggers: Map<string, { user: string; until: number }>
  url: () => string
}): Gestures {
  const { workspace, deliver, responseUrls, triggers } = given
  let minted = 0

  return {
    press: (user, message, label, options) => interact(user, message, chosen(message.blocks, label), options),
    pressValue: (user, message, actionId, value) =>
      interact(user, message, { type: 'button', action_id: actionId, block_id: 'block', value }),
    pressHome(user, label) {
      const home = workspace.views.find(view => view.type === 'home' && view.user === user)
      if (!home) throw new Error(`${user} has no home tab yet.`)
      return interactive(user, {
        type: 'block_actions',
        container: { type: 'view', view_id: home.id },
        view: { id: home.id, ...home.view },
        actions: [chosen(home.view['blocks'] as Block[], label)],
      })
    },
    command(user, channel, text, options) {
      const { team } = member(user)
      const payload = {
        token: 'simulated',
        team_id: team,
        team_domain: 'example',
        channel_id: channel,
        channel_name: workspace.channels.get(channel)?.name ?? 'directmessage',
        user_id: user,
        user_name: member(user).name.toLowerCase(),
        command: '/incident',
        text,
        api_app_id: workspace.app,
        is_enterprise_install: 'false',
        response_url: responseUrl(channel, user),
        trigger_id: trigger(user),
      }
      return deliver({ kind: 'slash_commands', payload }, options)
    },
    async submit(user, view, filled, options) {
      const delivered = await interactive(
        user,
        {
          type: 'view_submission',
          view: { id: view.id, hash: '1', ...view.view, state: { values: values(view.view, filled) } },
          response_urls: [],
        },
        options,
      )
      const answer = delivered.answer as { response_action?: string } | undefined
      if (delivered.accepted && answer?.response_action !== 'errors') view.isOpen = false
      return delivered
    },
    shortcut: (user, message, callbackId) =>
      interactive(user, {
        type: 'message_action',
        callback_id: callbackId,
        action_ts: workspace.newTs(),
        message_ts: message.ts,
        channel: channelOf(message.channel),
        message: shown(message, false),
        response_url: responseUrl(message.channel, user, message.threadTs),
      }),
    mention(user, channel, text, threadTs, options) {
      const said = add(workspace, {
        channel,
        text: `<@${workspace.bot.user}> ${text}`,
        blocks: [],
        by: user,
        ...(threadTs !== undefined && { threadTs }),
      })
      return event({ type: 'app_mention', ...written(said) }, options)
    },
    write(user, text, { duplicates, botId, subtype } = {}) {
      const said = add(workspace, { channel: workspace.directChannel(user).id, text, blocks: [], by: user })
      return event(
        {
          type: 'message',
          ...written(said),
          channel_type: 'im',
          ...(botId !== undefined && { bot_id: botId }),
          ...(subtype !== undefined && { subtype }),
        },
        { duplicates },
      )
    },
    post: (user, channel, text) => add(workspace, { channel, text, blocks: [], by: user }),
    openHome: user =>
      event({
        type: 'app_home_opened',
        user,
        channel: workspace.directChannel(user).id,
        tab: 'home',
        event_ts: workspace.newTs(),
      }),
    join(user, channel) {
      workspace.channels.get(channel)?.members.add(user)
      const { team } = member(user)
      return event({
        type: 'member_joined_channel',
        user,
        channel,
        channel_type: 'C',
        team,
        event_ts: workspace.newTs(),
      })
    },
  }

  function interact(
    user: string,
    message: Message,
    action: Record<string, unknown>,
    options?: Options,
  ): Promise<Delivered> {
    const { channel, ts, threadTs, to } = message
    const isEphemeral = to !== undefined
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs }
    return interactive(
      user,
      {
        type: 'block_actions',
        container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: isEphemeral, ...thread },
        channel: channelOf(channel),
        ...(!isEphemeral && { message: shown(message, false) }),
        state: { values: {} },
        response_url: responseUrl(channel, user, threadTs),
        actions: [{ ...action, action_ts: workspace.newTs() }],
      },
      options,
    )
  }

  function interactive(user: string, payload: Record<string, unknown>, options?: Options): Promise<Delivered> {
    const { id, name, team } = member(user)
    const who = { id, username: name.toLowerCase(), name: name.toLowerCase(), team_id: team }
    return deliver(
      {
        kind: 'interactive',
        payload: {
          ...payload,
          user: who,
          team: { id: team, domain: 'example' },
          enterprise: null,
          is_enterprise_install: false,
          api_app_id: workspace.app,
          token: 'simulated',
          trigger_id: trigger(user),
        },
      },
      options,
    )
  }

  function event(inner: Record<string, unknown>, options?: Options): Promise<Delivered> {
    const payload = {
      token: 'simulated',
      team_id: workspace.team,
      api_app_id: workspace.app,
      type: 'event_callback',
      event: inner,
      event_id: workspace.newId('Ev'),
      event_time: Math.floor(workspace.clock() / 1000),
      authorizations: [{ team_id: workspace.team, user_id: workspace.bot.user, is_bot: true }],
    }
    return deliver({ kind: 'events_api', payload }, options)
  }

  function written(said: Message): Record<string, unknown> {
    const { channel, ts, text, by, threadTs } = said
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs }
    return { channel, ts, text, user: by, team: member(by).team, event_ts: ts, ...thread }
  }

  function member(user: string) {
    const known = workspace.members.get(user)
    if (!known) throw new Error(`There is nobody called ${user}.`)
    return known
  }

  function channelOf(id: string) {
    const channel = workspace.channels.get(id)
    return { id, name: channel?.isDirect ? 'directmessage' : channel?.name }
  }

  function trigger(user: string): string {
    const id = `${++minted}.${workspace.newTs()}`
    triggers.set(id, { user, until: workspace.clock() + TRIGGER_MILLIS })
    return id
  }

  function responseUrl(channel: string, user: string, threadTs?: string): string {
    const id = workspace.newId('R')
    const until = workspace.clock() + RESPONSE_URL_MILLIS
    responseUrls.set(id, { channel, user, until, left: RESPONSES, ...(threadTs !== undefined && { threadTs }) })
    return `${given.url()}/response/${id}`
  }
}
