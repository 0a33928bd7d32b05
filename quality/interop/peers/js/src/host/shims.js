import { Agent, WebSocket as UndiciWebSocket } from 'undici'
import XSalsa20 from 'xsalsa20'

// The WebSocket transport takes the global class and offers no place for options, so whether a self-signed
// certificate is accepted is decided here, once for the whole process.
let dispatcher

globalThis.WebSocket = class extends UndiciWebSocket {
  constructor (url) {
    super(url, dispatcher === undefined ? [] : { dispatcher })
  }
}

/** Makes every later wss dial of this process accept any certificate. */
export function acceptAnyCertificate () {
  dispatcher = new Agent({ connect: { rejectUnauthorized: false } })
}

/**
 * Grows the memory of the private network cipher once. Each cipher keeps its own view of one common memory. Once it
 * grows, the views of the others are void and make it grow again, until it is at its end and the connection dies,
 * after some tens of MB in both directions. No piece comes near this size, so it never grows again.
 */
export function growPrivateNetworkMemory () {
  new XSalsa20(new Uint8Array(24), new Uint8Array(32)).update(new Uint8Array(32 * 1024 * 1024))
}
