// The work of the dialing commands on an open connection, in Node and in a browser. Each emits its events and throws when
// the check fails.
import { StreamReader, write, writeZeros } from './bytes.js'
import { ensure } from './errors.js'
import { limitsOf } from './limits.js'
import { ECHO, PERF, PING } from './protocols.js'

const PING_LENGTH = 32
const PIECE = 64 * 1024
const SMALL = 16 * 1024

/** Each is called with a session: `{ connection, options, host, emit }`, and `cpuSeconds` where it can be told. */
export const CHECKS = { ping, identify, echo, halfclose, reset, perf, streams }

const open = ({ connection, options }, protocol) =>
  connection.newStream(protocol, { ...limitsOf(options.limits).streams })

async function ping (session) {
  const stream = await open(session, PING)
  const reader = new StreamReader(stream)
  for (let done = 0; done < session.options.count; done++) {
    const sent = randomBytes(PING_LENGTH)
    const started = performance.now()
    await write(stream, sent)
    const received = await reader.exactly(PING_LENGTH)
    const elapsed = performance.now() - started
    ensure(equal(sent, received), 'the ping came back changed')
    session.emit('ping', { rtt_us: elapsed * 1000 })
  }
  await stream.close()
}

async function identify ({ connection, host, emit }) {
  const answer = await host.services.identify.identify(connection)
  emit('identify', {
    peer: answer.peerId.toString(),
    agent: answer.agentVersion ?? '',
    protocol_version: answer.protocolVersion ?? '',
    protocols: answer.protocols,
    addrs: answer.listenAddrs.map(String),
    observed: answer.observedAddr?.toString() ?? '',
    signed_record: answer.signedPeerRecord !== undefined
  })
}

/** Writes while reading, as the echo comes back before everything is sent. */
async function echo (session) {
  const sent = randomBytes(session.options.size)
  const stream = await open(session, ECHO)
  const reading = collect(stream)
  const [received] = await Promise.all([reading, writeAndClose(stream, sent)])
  ensure(equal(sent, received), 'the echo differs from what was sent')
  session.emit('echo', { bytes: received.length, equal: true })
}

async function halfclose (session) {
  await smallEcho(session, SMALL)
  session.emit('halfclose', { ok: true })
}

async function reset (session) {
  const doomed = await open(session, ECHO)
  await write(doomed, randomBytes(SMALL))
  await new StreamReader(doomed).exactly(1)
  doomed.abort(new Error('reset on purpose'))
  await smallEcho(session, SMALL)
  session.emit('reset', { ok: true })
}

async function perf (session) {
  const { upload, download, streams: parallel, repeat, 'warmup-bytes': warmup } = session.options
  await phases(session, warmup, warmup, 1)
  for (let round = 0; round < repeat; round++) {
    const cpu = stopwatch(session)
    const times = await phases(session, upload, download, parallel)
    session.emit('perf', { upload_bytes: upload, download_bytes: download, ...times, ...cpu() })
  }
}

/** First everything up, then everything down, each on fresh streams; a phase without bytes is left out. */
async function phases (session, upload, download, parallel) {
  const share = (total, index) => Math.floor(total / parallel) + (index < total % parallel ? 1 : 0)
  const up = (index) => transfer(session, share(upload, index), 0)
  const down = (index) => transfer(session, 0, share(download, index))
  return {
    upload_s: upload === 0 ? 0 : await timed(parallel, up),
    download_s: download === 0 ? 0 : await timed(parallel, down)
  }
}

async function transfer (session, upload, download) {
  const stream = await open(session, PERF)
  const reader = new StreamReader(stream)
  const header = new Uint8Array(8)
  new DataView(header.buffer).setBigUint64(0, BigInt(download))
  await write(stream, header)
  await writeZeros(stream, upload)
  await stream.close()
  const received = await reader.drain()
  ensure(received === download, `asked for ${download} bytes and got ${received}`)
}

async function streams (session) {
  const { count, parallel } = session.options
  const cpu = stopwatch(session)
  let taken = 0
  const seconds = await timed(Math.min(parallel, count), async () => {
    while (taken < count) {
      taken++
      await smallEcho(session, 1)
    }
  })
  session.emit('streams', { count, seconds, ...cpu() })
}

/** Nothing is read before the write side is closed, so the answer comes through a half-closed stream. */
async function smallEcho (session, size) {
  const sent = randomBytes(size)
  const stream = await open(session, ECHO)
  await writeAndClose(stream, sent)
  ensure(equal(sent, await collect(stream)), 'the half-closed stream did not bring back what was sent')
}

async function collect (stream) {
  const pieces = []
  const total = await new StreamReader(stream).drain((piece) => { pieces.push(piece) })
  const all = new Uint8Array(total)
  let filled = 0
  for (const piece of pieces) {
    all.set(piece, filled)
    filled += piece.byteLength
  }
  return all
}

async function writeAndClose (stream, bytes) {
  for (let from = 0; from < bytes.length; from += PIECE) {
    await write(stream, bytes.subarray(from, from + PIECE))
  }
  await stream.close()
}

async function timed (parallel, task) {
  const started = performance.now()
  await Promise.all(Array.from({ length: parallel }, (_, index) => task(index)))
  return (performance.now() - started) / 1000
}

function stopwatch ({ cpuSeconds }) {
  const before = cpuSeconds?.()
  return () => cpuSeconds === undefined ? {} : { cpu_s: cpuSeconds() - before }
}

function randomBytes (length) {
  const bytes = new Uint8Array(length)
  for (let from = 0; from < length; from += PIECE) {
    crypto.getRandomValues(bytes.subarray(from, from + PIECE))
  }
  return bytes
}

function equal (one, other) {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}
