// The pubsub peer of the interoperability tests around js-libp2p; see ../../../README-pubsub.md.
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { pubsubPeerDiscovery } from '@libp2p/pubsub-peer-discovery'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const { values: options } = parseArgs({
  options: {
    listen: { type: 'string', multiple: true, default: [] },
    topic: { type: 'string', default: 'interop' },
    version: { type: 'string', default: '1.2' },
    router: { type: 'string', default: 'gossipsub' },
    'no-flood': { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    'go-ids': { type: 'boolean', default: false },
    discovery: { type: 'string' } // dial: those that are announced are dialed; announce: they are not
  }
})

const emit = fields => process.stdout.write(JSON.stringify(fields) + '\n')

// Author and number, as go-libp2p has them.
const goId = message => {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(message.sequenceNumber)
  return Buffer.concat([message.from.toMultihash().bytes, number])
}

const node = await createLibp2p({
  addresses: { listen: options.listen },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionMonitor: { enabled: false },
  peerDiscovery: options.discovery ? [pubsubPeerDiscovery({ interval: 1000 })] : [],
  connectionManager: { inboundConnectionThreshold: Infinity },
  services: {
    identify: identify(),
    ping: ping(),
    pubsub: gossipsub({
      floodPublish: !options['no-flood'],
      fallbackToFloodsub: true,
      emitSelf: false,
      allowPublishToZeroTopicPeers: true,
      ...(options['go-ids'] ? { msgIdFn: goId } : {})
    })
  }
})

const pubsub = node.services.pubsub
const versions = { '1.2': 0, '1.1': 1, '1.0': 2 }
if (versions[options.version] !== undefined && versions[options.version] > 0) {
  // The list of protocols is not an option of this implementation, so the older ones are taken by shortening it.
  await pubsub.stop()
  pubsub.protocols = pubsub.protocols.filter(protocol =>
    !['/meshsub/1.2.0', '/meshsub/1.1.0'].slice(0, versions[options.version]).includes(protocol))
  await pubsub.start()
}

const received = new Set()
let count = 0
pubsub.addEventListener('message', event => {
  const message = event.detail
  if (message.topic !== options.topic) {
    return
  }
  count++
  if (options.quiet) {
    return
  }
  const data = Buffer.from(message.data).toString()
  emit({ event: 'message', from: message.from?.toString(), topic: message.topic, data, again: received.has(data) })
  received.add(data)
})
pubsub.subscribe(options.topic)

node.addEventListener('peer:discovery', event => {
  const { id, multiaddrs } = event.detail
  emit({ event: 'found', peer: id.toString(), addrs: multiaddrs.map(address => address.toString()) })
  if (options.discovery === 'dial' && node.getConnections(id).length === 0) {
    node.dial(id).catch(error => emit({ event: 'not_reached', peer: id.toString(), why: String(error) }))
  }
})

node.addEventListener('connection:open', event => emit({ event: 'connected', peer: event.detail.remotePeer.toString() }))
node.addEventListener('connection:close', event => emit({ event: 'disconnected', peer: event.detail.remotePeer.toString() }))
emit({ event: 'listening', peer: node.peerId.toString(), addrs: node.getMultiaddrs().map(address => address.toString()) })

const commands = {
  async dial (address) {
    const connection = await node.dial(multiaddr(address), { signal: AbortSignal.timeout(15_000) })
    emit({ event: 'dialed', peer: connection.remotePeer.toString() })
  },
  async peers () {
    emit({ event: 'peers', count: pubsub.getSubscribers(options.topic).length })
  },
  async publish (prefix, n, size, pause) {
    for (let i = 0; i < Number(n); i++) {
      await pubsub.publish(options.topic, Buffer.from(`${prefix}-${i}`.padEnd(Number(size), '.')))
      if (Number(pause) > 0) {
        await new Promise(resolve => setTimeout(resolve, Number(pause)))
      }
    }
    emit({ event: 'published', count: Number(n) })
  },
  async count () {
    const usage = process.cpuUsage()
    emit({ event: 'count', count, cpu_s: (usage.user + usage.system) / 1e6 })
  },
  async disconnect (id) {
    for (const connection of node.getConnections()) {
      if (connection.remotePeer.toString() === id) {
        await connection.close()
      }
    }
  }
}

createInterface({ input: process.stdin }).on('line', line => {
  const [name, ...words] = line.trim().split(/\s+/)
  commands[name]?.(...words).catch(error => emit({ event: 'failed', what: name, why: String(error) }))
})
process.on('SIGTERM', () => process.exit(0))
process.on('SIGINT', () => process.exit(0))
