// The program in the browser: one dial and one check. Bundled with the checks of the JavaScript peer.
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { mplex } from '@libp2p/mplex'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { webSockets } from '@libp2p/websockets'
import { webTransport } from '@libp2p/webtransport'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { CHECKS } from '../../js/src/host/checks.js'
import { connect } from '../../js/src/host/dial.js'
import { EXIT } from '../../js/src/host/errors.js'
import { limitsOf } from '../../js/src/host/limits.js'

const DIAL_MS = 15_000
const MUXERS = { yamux, mplex }

/** Runs the command and returns `{ exitCode, message }`; events go to `emitEvent`, which the driver provides. */
globalThis.runCheck = async (options) => {
  try {
    await run(options)
    return { exitCode: EXIT.ok }
  } catch (error) {
    return { exitCode: error.exitCode ?? EXIT.failed, message: `${error.message ?? error}\n${error.stack ?? ''}` }
  }
}

async function run (options) {
  const host = await createLibp2p(settings(options))
  try {
    const connection = await connect(host, options.address)
    const emitted = []
    const emit = (event, fields) => emitted.push(globalThis.emitEvent(event, fields))
    await Promise.race([CHECKS[options.command]({ connection, options, host, emit }), lost(connection)])
    await Promise.all(emitted)
  } finally {
    await host.stop()
  }
}

const lost = (connection) => new Promise((resolve, reject) => {
  connection.addEventListener('close', () => reject(new Error('the connection was closed by the other side')))
})

function settings ({ command, muxer, limits: limitsName, privateKey }) {
  const limits = limitsOf(limitsName)
  return {
    privateKey: privateKey && privateKeyFromProtobuf(Uint8Array.from(privateKey)),
    transports: [webSockets(), webTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: muxer.map((name) => MUXERS[name](limits[name])),
    // In a browser the library refuses loopback addresses and ws without TLS unless it is told otherwise.
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: { ...limits.connections, dialTimeout: DIAL_MS, addressDialTimeout: DIAL_MS },
    connectionMonitor: { abortConnectionOnPingFailure: limitsName === 'default' },
    services: {
      identify: identify({ ...limits.streams, runOnConnectionOpen: command !== 'identify' }),
      identifyPush: identifyPush(),
      ping: ping(limits.streams)
    }
  }
}
