// What a vendor can do and we do not play: answered with 400 so that nobody takes silence for an empty account.

export class NotSimulated extends Error {
  constructor(what: string) {
    super(`not simulated: ${what}`)
  }
}
