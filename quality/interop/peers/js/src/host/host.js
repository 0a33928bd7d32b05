// Makes the libp2p host that the command line describes.
import { readFile } from 'node:fs/promises'
import { identify, identifyPush } from '@libp2p/identify'
import { mplex } from '@libp2p/mplex'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { preSharedKey } from '@libp2p/pnet'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { selfSignedCertificate } from './certificate.js'
import { EXIT, PeerError, usageError } from './errors.js'
import { identity } from './identity.js'
import { limitsOf } from './limits.js'
import { growPrivateNetworkMemory } from './shims.js'

const DIAL_MS = 15_000
const SECURITY = { noise, tls }
const MUXERS = { yamux, mplex }

/** A started host that listens on `options.listen` (nowhere for a dialer). */
export async function startHost (options) {
  const limits = limitsOf(options.limits)
  const settings = {
    privateKey: await identity(options.key),
    addresses: { listen: options.listen ?? [] },
    transports: [tcp(), webSockets(await webSocketOptions(options.listen ?? []))],
    connectionEncrypters: options.security.map((name) => known('security', name, SECURITY)()),
    streamMuxers: options.muxer.map((name) => known('muxer', name, MUXERS)(limits[name])),
    connectionManager: { ...limits.connections, dialTimeout: DIAL_MS, addressDialTimeout: DIAL_MS },
    // Pings every connection as the library does by default, but a machine too busy to answer is no reason to hang up.
    connectionMonitor: { abortConnectionOnPingFailure: options.limits === 'default' },
    services: {
      identify: identify({ ...limits.streams, runOnConnectionOpen: options.command !== 'identify' }),
      identifyPush: identifyPush(),
      ping: ping(limits.streams)
    }
  }
  if (options.psk !== undefined) {
    growPrivateNetworkMemory()
    settings.connectionProtector = preSharedKey({ psk: await readable(options.psk) })
  }
  try {
    return await createLibp2p(settings)
  } catch (cause) {
    const unsupported = cause.name === 'UnsupportedListenAddressesError' || cause.name === 'InvalidMultiaddrError'
    throw new PeerError(unsupported ? EXIT.usage : EXIT.failed, `${cause.name}: ${cause.message}`, { cause })
  }
}

function known (what, name, all) {
  if (!Object.hasOwn(all, name)) {
    throw usageError(`${what} ${name} is not offered by this peer, only ${Object.keys(all).join(', ')}`)
  }
  return all[name]
}

async function webSocketOptions (listen) {
  return listen.some((address) => /\/wss\b|\/tls\b.*\/ws\b/.test(address))
    ? { https: await selfSignedCertificate() }
    : {}
}

async function readable (file) {
  try {
    return await readFile(file)
  } catch (cause) {
    throw usageError(`cannot read ${file}: ${cause.message}`, cause)
  }
}
