// The two protocols of the tests that js-libp2p does not bring: their listening sides.
import { StreamReader, write, writeZeros } from './bytes.js'

export const ECHO = '/echo/1.0.0'
export const PERF = '/perf/1.0.0'
export const PING = '/ipfs/ping/1.0.0'

/** Serves echo and perf on the host. */
export async function serve (host, limits) {
  await host.handle(ECHO, guarded(echo), limits)
  await host.handle(PERF, guarded(perf), limits)
}

async function echo (stream) {
  await new StreamReader(stream).drain((piece) => write(stream, piece))
  await stream.close()
}

async function perf (stream) {
  const reader = new StreamReader(stream)
  const header = await reader.exactly(8)
  const download = Number(new DataView(header.buffer).getBigUint64(0))
  await reader.drain()
  await writeZeros(stream, download)
  await stream.close()
}

// A stream that fails, because the other side reset it or went away, ends its own handler and nothing else.
function guarded (handler) {
  return async (stream) => {
    try {
      await handler(stream)
    } catch (error) {
      stream.abort(error)
    }
  }
}
