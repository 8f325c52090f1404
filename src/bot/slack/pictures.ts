// The chart of an incident as a file of Slack's: uploaded again at most every five minutes, and never in the way of the message.
import type { SlackPicture } from '#cards/slack.ts'
import { asFault, Fault } from '#incident/fault.ts'
import type { Incident } from '#incident/incident.ts'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import { createKept } from '../kept.ts'
import type { DrawPicture, Picture } from '../picture.ts'
import { isSlacks } from './client.ts'
import type { Call } from './client.ts'
import type { SlackSettings } from './settings.ts'

/** The picture to show with the incident now; undefined: none. Never throws. */
export type Pictures = (incident: Incident) => Promise<SlackPicture | undefined>

const REST_MILLIS = 5 * 60_000
const UPLOAD_MILLIS = 10_000
const MOST_KEPT = 500

type Shown = { version: number; at: Millis; picture?: SlackPicture }

export function createPictures(given: {
  draw: DrawPicture
  call: Call
  settings: SlackSettings
  clock: () => Millis
  log: Log
}): Pictures {
  const { draw, clock, log } = given
  const kept = createKept<Shown>(MOST_KEPT)

  return async incident => {
    const last = kept.get(incident.id)
    if (last?.version === incident.version) return last.picture
    if (last?.picture && clock() - last.at < REST_MILLIS) return last.picture // none yet: looked for at every change
    const next: Shown = { version: incident.version, at: clock(), picture: last?.picture }
    try {
      const drawn = await draw(incident)
      next.picture = drawn && (await upload(given, incident.id, drawn))
    } catch (error) {
      const { message, cause } = asFault(error)
      log.warn({ chat: 'slack', incident: incident.id, cause }, `no new picture: ${message}`)
    }
    kept.set(incident.id, next)
    return next.picture
  }
}

/** In three steps: https://docs.slack.dev/messaging/working-with-files#uploading_files. Without a channel, so that it is nowhere but in the message. */
async function upload(
  { call, settings }: { call: Call; settings: SlackSettings },
  incident: string,
  { png, alt }: Picture,
): Promise<SlackPicture> {
  const filename = `${incident}.png`
  const { upload_url, file_id } = await call(web =>
    web.files.getUploadURLExternal({ filename, length: png.byteLength, alt_text: alt.slice(0, LONGEST_ALT) }),
  )
  if (!upload_url || !file_id || !isSlacks(upload_url, settings)) {
    throw new Fault('network', 'Slack named no address of its own to upload to.')
  }
  const { ok, status } = await fetch(upload_url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(png),
    redirect: 'error',
    signal: AbortSignal.timeout(UPLOAD_MILLIS),
  })
  if (!ok) throw new Fault('network', `Slack answered ${status} to an upload.`)
  await call(web => web.files.completeUploadExternal({ files: [{ id: file_id, title: filename }] }))
  return { file: file_id, alt }
}

const LONGEST_ALT = 1_000 // characters: https://docs.slack.dev/reference/methods/files.getUploadURLExternal
