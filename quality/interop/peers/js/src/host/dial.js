// Reaching the peer under test, and saying why when it cannot be reached.
import { multiaddr } from '@multiformats/multiaddr'
import { EXIT, PeerError, usageError } from './errors.js'

// The library folds every failed handshake into one class of error and keeps only the words of the cause.
const WRONG_PEER = /does not match expected remote identity key|Unexpected Peer/

// WebTransport proves the peer before the connection is upgraded.
const HANDSHAKES = /^upgrader:|^webtransport:open-authentication-stream$/

/** An open connection to the address; the error of a failed dial carries the exit code for it. */
export async function connect (host, address) {
  const target = parsed(address)
  let reached = false
  try {
    return await host.dial(target, {
      onProgress: (event) => { reached ||= HANDSHAKES.test(event.type) }
    })
  } catch (cause) {
    throw new PeerError(exitCode(cause, reached), `dialing ${address}: ${cause.name}: ${cause.message}`, { cause })
  }
}

function parsed (address) {
  try {
    return multiaddr(address)
  } catch (cause) {
    throw usageError(`not a multiaddr: ${address}`, cause)
  }
}

function exitCode (error, reached) {
  if (error.name === 'NoValidAddressesError' || error.name === 'TransportUnavailableError') {
    return EXIT.usage
  }
  if (!reached) {
    return EXIT.notReached
  }
  return WRONG_PEER.test(error.message) ? EXIT.wrongPeer : EXIT.failed
}
