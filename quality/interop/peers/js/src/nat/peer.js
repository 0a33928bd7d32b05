// A js-libp2p node for quality/interop/nat/run: relay, reserved peer and dialer. It prints one JSON object per line and nothing else on
// standard output.
import { parseArgs } from 'node:util'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const { values: options, positionals: [verb, target] } = parseArgs({
  allowPositionals: true,
  options: {
    listen: { type: 'string', multiple: true, default: [] },
    relay: { type: 'string', multiple: true, default: [] },
    'assume-public': { type: 'string', multiple: true, default: [] },
    'relay-service': { type: 'boolean', default: false },
    'limit-bytes': { type: 'string', default: '131072' },
    'limit-seconds': { type: 'string', default: '120' }
  }
})
if (verb !== 'node' && !(verb === 'ping' && target != null)) {
  console.error('usage: peer node|ping OPTIONS [MULTIADDR]')
  process.exit(2)
}

const emit = (event, fields) => process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')
const isRelayed = address => address.toString().includes('/p2p-circuit')

const services = { identify: identify(), ping: ping({ runOnLimitedConnection: true }) }
if (options['relay-service']) {
  services.relay = circuitRelayServer({
    reservations: {
      defaultDataLimit: BigInt(options['limit-bytes']),
      defaultDurationLimit: Number(options['limit-seconds']) * 1000
    }
  })
}
const node = await createLibp2p({
  addresses: { listen: options.listen },
  transports: [tcp(), circuitRelayTransport()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionGater: { denyDialMultiaddr: () => false },
  services
})

node.addEventListener('connection:open', ({ detail: connection }) => emit('connection', {
  peer: connection.remotePeer.toString(),
  remote: connection.remoteAddr.toString(),
  limited: connection.limits != null,
  direct: !isRelayed(connection.remoteAddr),
  inbound: connection.direction === 'inbound'
}))
emit('listening', {
  peer: node.peerId.toString(),
  addrs: node.getMultiaddrs().filter(address => !isRelayed(address)).map(String)
})

// The transport asks a relay for a place when it is told to listen through it.
for (const relay of options.relay) {
  await node.dial(multiaddr(relay), { signal: AbortSignal.timeout(15_000) })
  await node.components.transportManager.listen([multiaddr(`${relay}/p2p-circuit`)])
  const through = node.getMultiaddrs().find(isRelayed)
  if (through == null) {
    console.error('error: no reservation')
    process.exit(1)
  }
  emit('reservation', { addr: `${relay}/p2p-circuit/p2p/${node.peerId}`, told: through.toString() })
}

if (verb === 'ping') {
  const address = multiaddr(target)
  const begin = performance.now()
  const connection = await node.dial(address, { signal: AbortSignal.timeout(30_000) })
  const rtt = await node.services.ping.ping(connection.remotePeer, { signal: AbortSignal.timeout(30_000) })
  emit('ping', {
    peer: connection.remotePeer.toString(),
    rtt_us: rtt * 1000,
    limited: connection.limits != null,
    direct: !isRelayed(connection.remoteAddr),
    connect_ms: performance.now() - begin
  })
  await node.stop()
  process.exit(0)
}

process.on('SIGTERM', () => process.exit(0))
process.on('SIGINT', () => process.exit(0))
