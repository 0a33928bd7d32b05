// Exit codes and the error that carries one.

export const EXIT = { ok: 0, failed: 1, usage: 2, notReached: 3, wrongPeer: 4 }

/** An error that knows the exit code it stands for. */
export class PeerError extends Error {
  constructor (exitCode, message, options) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** The command line is wrong, or asks for something this peer does not offer. */
export const usageError = (message, cause) => new PeerError(EXIT.usage, message, { cause })

export function ensure (condition, message) {
  if (!condition) {
    throw new Error(message)
  }
}
