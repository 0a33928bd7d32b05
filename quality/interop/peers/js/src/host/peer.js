import './shims.js'
import { CHECKS } from './checks.js'
import { connect } from './dial.js'
import { EXIT, PeerError } from './errors.js'
import { emit } from './events.js'
import { startHost } from './host.js'
import { makeKey } from './identity.js'
import { limitsOf } from './limits.js'
import { serve } from './protocols.js'
import { acceptAnyCertificate } from './shims.js'
import { readArguments } from './usage.js'

const STOP_MS = 3_000

async function main (argv) {
  const options = readArguments(argv)
  if (options.command === 'key') {
    return makeKey(options)
  }
  if (options['tls-insecure']) {
    acceptAnyCertificate()
  }
  const host = await startHost(options)
  try {
    await (options.command === 'listen' ? listen(host, options) : check(host, options))
  } finally {
    await stop(host)
  }
}

async function listen (host, options) {
  const terminated = signal()
  await serve(host, limitsOf(options.limits).streams)
  const peer = ({ detail }) => ({ peer: detail.remotePeer.toString() })
  host.addEventListener('connection:open', (event) => emit('connected', peer(event)))
  host.addEventListener('connection:close', (event) => emit('disconnected', peer(event)))
  emit('listening', { peer: host.peerId.toString(), addrs: host.getMultiaddrs().map(String) })
  await terminated
}

async function check (host, options) {
  const connection = await connect(host, options.address)
  await Promise.race([CHECKS[options.command]({ connection, options, host, emit, cpuSeconds }), lost(connection)])
}

function cpuSeconds () {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const signal = () => new Promise((resolve) => {
  process.once('SIGTERM', resolve)
  process.once('SIGINT', resolve)
})

const lost = (connection) => new Promise((resolve, reject) => {
  connection.addEventListener('close', () => reject(new Error('the connection was closed by the other side')))
})

/** Stops gracefully, but not for ever: the process ends right after. */
async function stop (host) {
  await Promise.race([host.stop(), new Promise((resolve) => setTimeout(resolve, STOP_MS))])
}

try {
  await main(process.argv.slice(2))
  process.exit(EXIT.ok)
} catch (error) {
  process.stderr.write(`error: ${error instanceof PeerError ? error.message : error.stack}\n`)
  process.exit(error.exitCode ?? EXIT.failed)
}
