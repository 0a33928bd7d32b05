// A js-libp2p node with a DHT. It prints one JSON object per line on standard output and obeys one command per line of standard
// input (quality/interop/peers/README.md, "DHT peers").
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { peerIdFromString } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'

const { values: options } = parseArgs({
  options: {
    listen: { type: 'string', default: '/ip4/127.0.0.1/tcp/0' },
    prefix: { type: 'string', default: '/ipfs' },
    mode: { type: 'string', default: 'server' },
    bootstrap: { type: 'string', default: '' }
  }
})

const event = (name, members = {}) => console.log(JSON.stringify({ event: name, ...members }))
const bytes = (text) => new TextEncoder().encode(text)
const full = (info) => info.multiaddrs.map((address) => `${address}`.includes('/p2p/') ? `${address}` : `${address}/p2p/${info.id}`)

const node = await createLibp2p({
  addresses: { listen: [options.listen] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionGater: { denyDialMultiaddr: () => false },
  services: {
    identify: identify(),
    identifyPush: identifyPush(),
    ping: ping(),
    dht: kadDHT({
      protocol: `${options.prefix}/kad/1.0.0`,
      clientMode: options.mode === 'client',
      peerInfoMapper: passthroughMapper,
      validators: { v: async () => {} },
      selectors: { v: (key, records) => 0 }
    })
  }
})

async function connect (address) {
  await node.dial(multiaddr(address))
  await new Promise((resolve) => setTimeout(resolve, 1000)) // for identify
}

async function obey (signal, command, first, second) {
  const { contentRouting, peerRouting } = node
  switch (command) {
    case 'connect':
      await connect(first)
      return event('connected')
    case 'put':
      await contentRouting.put(bytes(first), bytes(second), { signal })
      return event('put')
    case 'get':
      return event('value', { value: new TextDecoder().decode(await contentRouting.get(bytes(first), { signal })) })
    case 'provide':
      await contentRouting.provide(CID.parse(first), { signal })
      return event('provided')
    case 'find':
      for await (const info of contentRouting.findProviders(CID.parse(first), { signal })) {
        event('provider', { peer: `${info.id}`, addrs: full(info) })
      }
      return event('found')
    case 'peer': {
      const info = await peerRouting.findPeer(peerIdFromString(first), { signal })
      return event('peer', { peer: `${info.id}`, addrs: full(info) })
    }
    case 'closest': {
      const peers = []
      for await (const info of peerRouting.getClosestPeers(peerIdFromString(first).toMultihash().bytes, { signal })) {
        peers.push(`${info.id}`)
      }
      return event('closest', { peers })
    }
    default:
      throw new Error(`unknown command ${command}`)
  }
}

for (const address of options.bootstrap.split(',').filter((text) => text !== '')) {
  await connect(address)
}
event('listening', { peer: `${node.peerId}`, addrs: node.getMultiaddrs().map((address) => `${address}`) })
for await (const line of createInterface({ input: process.stdin })) {
  const words = line.trim().split(/\s+/)
  try {
    await obey(AbortSignal.timeout(30_000), ...words)
  } catch (error) {
    event('error', { command: words[0], error: `${error.name}: ${error.message}` })
  }
}
await node.stop()
process.exit(0)
