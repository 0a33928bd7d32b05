// What the dialing commands do on an open connection. Each prints its events and throws when the check fails.
import { randomBytes } from 'node:crypto'
import { StreamReader, write, writeZeros } from './bytes.js'
import { emit } from './events.js'
import { limitsOf } from './limits.js'
import { ECHO, PERF, PING } from './protocols.js'

const PING_LENGTH = 32
const PIECE = 64 * 1024
const SMALL = 16 * 1024

/** Each is called with an open connection, the options and the host. */
export const CHECKS = { ping, identify, echo, halfclose, reset, perf, streams }

const open = (connection, protocol, options) => connection.newStream(protocol, { ...limitsOf(options.limits).streams })

async function ping (connection, options) {
  const stream = await open(connection, PING, options)
  const reader = new StreamReader(stream)
  for (let done = 0; done < options.count; done++) {
    const sent = randomBytes(PING_LENGTH)
    const started = process.hrtime.bigint()
    await write(stream, sent)
    const received = await reader.exactly(PING_LENGTH)
    const elapsed = process.hrtime.bigint() - started
    ensure(sent.equals(received), 'the ping came back changed')
    emit('ping', { rtt_us: Number(elapsed) / 1000 })
  }
  await stream.close()
}

async function identify (connection, _, host) {
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
async function echo (connection, options) {
  const sent = randomBytes(options.size)
  const stream = await open(connection, ECHO, options)
  const reading = collect(stream)
  const [received] = await Promise.all([reading, writeAndClose(stream, sent)])
  ensure(sent.equals(received), 'the echo differs from what was sent')
  emit('echo', { bytes: received.length, equal: true })
}

async function halfclose (connection, options) {
  await smallEcho(connection, options, SMALL)
  emit('halfclose', { ok: true })
}

async function reset (connection, options) {
  const doomed = await open(connection, ECHO, options)
  await write(doomed, randomBytes(SMALL))
  await new StreamReader(doomed).exactly(1)
  doomed.abort(new Error('reset on purpose'))
  await smallEcho(connection, options, SMALL)
  emit('reset', { ok: true })
}

async function perf (connection, options) {
  const { upload, download, streams: parallel, repeat, 'warmup-bytes': warmup } = options
  await phases(connection, options, warmup, warmup, 1)
  for (let round = 0; round < repeat; round++) {
    const before = process.cpuUsage()
    const times = await phases(connection, options, upload, download, parallel)
    emit('perf', { upload_bytes: upload, download_bytes: download, ...times, cpu_s: cpuSeconds(before) })
  }
}

/** First everything up, then everything down, each on fresh streams; a phase without bytes is left out. */
async function phases (connection, options, upload, download, parallel) {
  const share = (total, index) => Math.floor(total / parallel) + (index < total % parallel ? 1 : 0)
  const up = (index) => transfer(connection, options, share(upload, index), 0)
  const down = (index) => transfer(connection, options, 0, share(download, index))
  return {
    upload_s: upload === 0 ? 0 : await timed(parallel, up),
    download_s: download === 0 ? 0 : await timed(parallel, down)
  }
}

async function transfer (connection, options, upload, download) {
  const stream = await open(connection, PERF, options)
  const reader = new StreamReader(stream)
  const header = new Uint8Array(8)
  new DataView(header.buffer).setBigUint64(0, BigInt(download))
  await write(stream, header)
  await writeZeros(stream, upload)
  await stream.close()
  const received = await reader.drain()
  ensure(received === download, `asked for ${download} bytes and got ${received}`)
}

async function streams (connection, options) {
  const { count, parallel } = options
  const before = process.cpuUsage()
  let taken = 0
  const seconds = await timed(Math.min(parallel, count), async () => {
    while (taken < count) {
      taken++
      await smallEcho(connection, options, 1)
    }
  })
  emit('streams', { count, seconds, cpu_s: cpuSeconds(before) })
}

/** Nothing is read before the write side is closed, so the answer comes through a half-closed stream. */
async function smallEcho (connection, options, size) {
  const sent = randomBytes(size)
  const stream = await open(connection, ECHO, options)
  await writeAndClose(stream, sent)
  ensure(sent.equals(await collect(stream)), 'the half-closed stream did not bring back what was sent')
}

async function collect (stream) {
  const pieces = []
  await new StreamReader(stream).drain((piece) => { pieces.push(piece) })
  return Buffer.concat(pieces)
}

async function writeAndClose (stream, bytes) {
  for (let from = 0; from < bytes.length; from += PIECE) {
    await write(stream, bytes.subarray(from, from + PIECE))
  }
  await stream.close()
}

async function timed (parallel, task) {
  const started = process.hrtime.bigint()
  await Promise.all(Array.from({ length: parallel }, (_, index) => task(index)))
  return Number(process.hrtime.bigint() - started) / 1e9
}

function cpuSeconds (since) {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

function ensure (condition, message) {
  if (!condition) {
    throw new Error(message)
  }
}
