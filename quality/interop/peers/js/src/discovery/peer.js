// The peer of quality/interop/discovery around js-libp2p: mDNS. It prints one JSON object per line; see ../../../README-discovery.md.
import { parseArgs } from 'node:util'
import { identify } from '@libp2p/identify'
import { mdns } from '@libp2p/mdns'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'

const { values: options } = parseArgs({
  options: {
    listen: { type: 'string', multiple: true, default: [] },
    mdns: { type: 'boolean', default: true }
  }
})

const emit = fields => process.stdout.write(JSON.stringify(fields) + '\n')

// Each answer that multicast DNS brings. The event peer:discovery of the node comes once for a peer, and without addresses if the
// peer has dialed this one before it was heard.
const announcedMdns = components => {
  const service = mdns({ interval: 2000 })(components)
  service.addEventListener('peer', event => {
    const found = event.detail
    emit({ event: 'found', peer: found.id.toString(), addrs: found.multiaddrs.map(address => address.toString()) })
  })
  return service
}

const node = await createLibp2p({
  addresses: { listen: options.listen },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionMonitor: { enabled: false },
  peerDiscovery: [announcedMdns],
  services: { identify: identify() }
})
emit({ event: 'listening', peer: node.peerId.toString(), addrs: node.getMultiaddrs().map(address => address.toString()) })

const stop = async () => {
  await node.stop()
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
process.stdin.on('end', stop)
process.stdin.resume()
