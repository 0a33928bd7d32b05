// A client of WebTransport without js-libp2p: sessions and streams of the browser, Noise of noise-c.wasm, the rest by hand.
// The functions below are called from outside, by quality/interop/browsers and quality/benchmarks.
import createNoise from 'noise-c.wasm'
import wasmBinary from 'noise-c.wasm/src/noise-c.wasm'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const ED25519 = [0x08, 0x01, 0x12, 0x20] // PublicKey { Type: Ed25519, Data: 32 bytes }
const PREFIX = text('noise-libp2p-static-key:')
const PING = '/ipfs/ping/1.0.0'
const ECHO = '/echo/1.0.0'
const PERF = '/perf/1.0.0'
const PIECE = 65536
const noise = new Promise((resolve) => createNoise({ wasmBinary }, resolve))
let session

function text (value) {
  return new TextEncoder().encode(value)
}

function joined (...parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

function same (one, other) {
  return one.length === other.length && one.every((byte, i) => byte === other[i])
}

function ensure (holds, message) {
  if (!holds) throw new Error(message)
}

/** A field of bytes of a protocol buffer, of at most 127 bytes. */
const field = (number, bytes) => [number << 3 | 2, bytes.length, ...bytes]

/** The fields of a protocol buffer that has only such: arrays by number. */
function fields (bytes) {
  const found = {}
  for (let at = 0; at < bytes.length;) {
    ensure((bytes[at] & 7) === 2 && bytes[at + 1] < 128, 'a protocol buffer of another kind')
    const end = at + 2 + bytes[at + 1]
    ;(found[bytes[at] >> 3] ??= []).push(bytes.slice(at + 2, end))
    at = end
  }
  return found
}

/** The id of a peer with this key, which it inlines (base58). */
function peerId (key) {
  let rest = BigInt('0x24' + key.map((byte) => byte.toString(16).padStart(2, '0')).join(''))
  let id = ''
  for (; rest > 0n; rest /= 58n) id = BASE58[Number(rest % 58n)] + id
  return '1' + id // for the byte 0 in front
}

/** The multihashes of an address, of which each ends with the digest. */
const certhashes = (address) => [...address.matchAll(/\/certhash\/u([\w-]+)/g)].map(([, hash]) =>
  Uint8Array.from(atob(hash.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0)))

/** Bytes of a stream, as many as are asked for. */
class Reader {
  #bytes = new Uint8Array()
  #reader

  constructor (stream) {
    this.#reader = stream.readable.getReader()
  }

  async exactly (count) {
    while (this.#bytes.length < count) {
      const { value, done } = await this.#reader.read()
      ensure(!done, `the stream ends after ${this.#bytes.length} of ${count} bytes`)
      this.#bytes = joined(this.#bytes, value)
    }
    const taken = this.#bytes.slice(0, count)
    this.#bytes = this.#bytes.slice(count)
    return taken
  }

  async line () {
    const [length] = await this.exactly(1)
    return new TextDecoder().decode(await this.exactly(length))
  }

  /** All up to the end. */
  async rest () {
    const pieces = [this.#bytes]
    for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) pieces.push(next.value)
    return new Uint8Array(await new Blob(pieces).arrayBuffer())
  }

  /** Reads up to the end. Returns the number of bytes. */
  async count () {
    let bytes = this.#bytes.length
    for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) bytes += next.value.length
    return bytes
  }
}

/** Opens a session and proves both peers on its first stream. Returns the id of the peer, and what is left of the stream. */
async function prove (address) {
  const [, ip, port] = /^\/ip4\/([\d.]+)\/udp\/(\d+)\/quic-v1\/webtransport\//.exec(address)
  const dialed = certhashes(address)
  session = new WebTransport(`https://${ip}:${port}/.well-known/libp2p-webtransport?type=noise`, {
    serverCertificateHashes: dialed.map((hash) => ({ algorithm: 'sha-256', value: hash.slice(2) }))
  })
  await session.ready
  const stream = await session.createBidirectionalStream()
  const writer = stream.writable.getWriter()
  const reader = new Reader(stream)
  const send = (message) => writer.write(joined([message.length >> 8, message.length & 255], message))
  const receive = async () => {
    const [high, low] = await reader.exactly(2)
    return reader.exactly(high << 8 | low)
  }
  const { HandshakeState, CreateKeyPair, constants } = await noise
  const [own, shown] = CreateKeyPair(constants.NOISE_DH_CURVE25519)
  const identity = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  const key = [...ED25519, ...new Uint8Array(await crypto.subtle.exportKey('raw', identity.publicKey))]
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', identity.privateKey, joined(PREFIX, shown)))
  const handshake = HandshakeState('Noise_XX_25519_ChaChaPoly_SHA256', constants.NOISE_ROLE_INITIATOR)
  handshake.Initialize(new Uint8Array(), own)
  await send(handshake.WriteMessage())
  const payload = fields(handshake.ReadMessage(await receive(), true))
  const remote = handshake.GetRemotePublicKey()
  await send(handshake.WriteMessage(Uint8Array.from([...field(1, key), ...field(2, signature)])))
  await writer.close()
  ensure(same(payload[1][0].slice(0, 4), ED25519), 'the peer has another key than of Ed25519')
  const proved = await crypto.subtle.importKey('raw', payload[1][0].slice(4), 'Ed25519', true, ['verify'])
  ensure(await crypto.subtle.verify('Ed25519', proved, payload[2][0], joined(PREFIX, remote)), 'the signature of the peer is wrong')
  const known = fields(payload[4][0])[1]
  ensure(dialed.every((hash) => known.some((one) => same(one, hash))), 'the peer does not know the hashes of its address')
  return { peer: peerId([...payload[1][0]]), reader }
}

/** Opens a session and proves both peers. Returns the id of the peer. */
globalThis.dial = async (address) => {
  const { peer, reader } = await prove(address)
  ensure((await reader.rest()).length === 0, 'bytes follow the handshake')
  return peer
}

/** The same, with a peer that leaves the stream of the handshake open. */
globalThis.connect = async (address) => (await prove(address)).peer

/** A stream of a protocol, by multistream-select. */
async function open (protocol) {
  const stream = await session.createBidirectionalStream()
  const writer = stream.writable.getWriter()
  const reader = new Reader(stream)
  for (const line of ['/multistream/1.0.0\n', `${protocol}\n`]) {
    await writer.write(joined([line.length], text(line)))
    const heard = await reader.line()
    ensure(heard === line, `the peer answers ${heard} to ${line}`)
  }
  return { writer, reader }
}

/** Pings. */
globalThis.ping = async (count) => {
  const { writer, reader } = await open(PING)
  for (let i = 0; i < count; i++) {
    const sent = crypto.getRandomValues(new Uint8Array(32))
    await writer.write(sent)
    ensure(same(await reader.exactly(32), sent), 'the ping came back changed')
  }
  await writer.close()
}

/** Writes while it reads, ends its side, and compares. Returns the number of bytes. */
globalThis.echo = async (size) => {
  const { writer, reader } = await open(ECHO)
  const sent = Uint8Array.from({ length: size }, (_, i) => i * 7 + (i >> 8))
  const back = reader.rest()
  for (let at = 0; at < size; at += PIECE) await writer.write(sent.subarray(at, at + PIECE))
  await writer.close()
  ensure(same(await back, sent), 'the echo differs from what was sent')
  return size
}

/** Echoes of a byte, so many in all and so many at a time. Returns the number of those that came back. */
globalThis.streams = async (count, parallel) => {
  let begun = 0
  let done = 0
  await Promise.all(Array.from({ length: parallel }, async () => {
    while (begun < count) {
      begun++
      await globalThis.echo(1)
      done++
    }
  }))
  return done
}

/** Dials and hangs up. Returns the milliseconds until both peers were proved. */
globalThis.timeDial = async (address) => {
  const begun = performance.now()
  await prove(address)
  const taken = performance.now() - begun
  await globalThis.hangUp()
  return taken
}

/** Sends and asks for so many bytes. Returns the milliseconds until the last has come. */
globalThis.timeTransfer = async (up, down) => {
  const { writer, reader } = await open(PERF)
  const piece = new Uint8Array(PIECE)
  const begun = performance.now()
  const wanted = new DataView(new ArrayBuffer(8))
  wanted.setBigUint64(0, BigInt(down))
  await writer.write(new Uint8Array(wanted.buffer))
  for (let left = up; left > 0; left -= PIECE) await writer.write(piece.subarray(0, Math.min(left, PIECE)))
  await writer.close()
  const back = await reader.count()
  ensure(back === down, `${back} bytes come back instead of ${down}`)
  return performance.now() - begun
}

/** Whether the browser refuses an address whose hashes are of another certificate. */
globalThis.isRefused = async (address) => {
  const wrong = address.replace(/\/certhash\/u[\w-]+/g, '').replace('/p2p/', '/certhash/uEiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/p2p/')
  return globalThis.dial(wrong).then(() => false, () => true)
}

globalThis.hangUp = async () => {
  session.close({ closeCode: 0, reason: '' })
  await session.closed
}
