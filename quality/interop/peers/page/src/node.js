// A host of js-libp2p in a page, for quality/interop/browsers: the functions below are called from outside, one after the other.
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { webTransport } from '@libp2p/webtransport'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { StreamReader, write } from '../../js/src/host/bytes.js'
import { CHECKS } from '../../js/src/host/checks.js'
import { ECHO } from '../../js/src/host/protocols.js'

const DIAL_MS = 15_000
const OPTIONS = { limits: 'default', count: 3, size: 2_000_000, parallel: 1 }
const heard = []
const waiting = []
let host
let connection

/** Starts a host, which keeps a place at each of the relays. Returns its addresses. */
globalThis.start = async (...relays) => {
  host = await createLibp2p({
    addresses: { listen: relays.map((relay) => `${relay}/p2p-circuit`) },
    transports: [webTransport(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()], // of what comes through a relay
    connectionGater: { denyDialMultiaddr: () => false }, // loopback
    connectionManager: { dialTimeout: DIAL_MS, addressDialTimeout: DIAL_MS },
    services: { identify: identify(), identifyPush: identifyPush(), ping: ping({ runOnLimitedConnection: true }), pubsub: gossipsub() }
  })
  await host.handle(ECHO, echo, { runOnLimitedConnection: true })
  host.services.pubsub.addEventListener('message', ({ detail }) => {
    heard.push(new TextDecoder().decode(detail.data))
    waiting.splice(0).forEach((look) => look())
  })
  return host.getMultiaddrs().map(String)
}

/** Returns bytes as they come. */
async function echo (stream) {
  await new StreamReader(stream).drain((piece) => write(stream, piece))
  await stream.close()
}

/** Connects, and waits for identify. Returns the address that was dialed, and what the peer says of itself. */
globalThis.dial = async (address) => {
  const identified = new Promise((resolve, reject) => {
    host.addEventListener('peer:identify', ({ detail }) => resolve(detail), { once: true })
    setTimeout(() => reject(new Error('the peer is not identified')), DIAL_MS)
  })
  connection = await host.dial(multiaddr(address))
  const { peerId, protocols, listenAddrs, observedAddr, signedPeerRecord } = await identified
  return {
    dialed: connection.remoteAddr.toString(),
    peer: peerId.toString(),
    protocols,
    addrs: listenAddrs.map(String),
    observed: observedAddr?.toString() ?? '',
    signed_record: signedPeerRecord !== undefined
  }
}

/** Runs a check on the connection that was dialed last. Returns what it says. */
globalThis.check = async (command, options) => {
  const said = []
  await CHECKS[command]({ connection, options: { ...OPTIONS, ...options }, host, emit: (event, fields) => said.push({ event, ...fields }) })
  return said
}

globalThis.join = (topic) => host.services.pubsub.subscribe(topic)

/** Publishes, once a peer is subscribed. */
globalThis.publish = async (topic, text) => {
  const { pubsub } = host.services
  while (pubsub.getSubscribers(topic).length === 0) {
    await new Promise((resolve) => pubsub.addEventListener('subscription-change', resolve, { once: true }))
  }
  await pubsub.publish(topic, new TextEncoder().encode(text))
}

/** Waits for a message. */
globalThis.hear = async (text) => {
  while (!heard.includes(text)) await new Promise((resolve) => waiting.push(resolve))
}
