// How many of everything: as the library has it, or as much as the tests can ask for.

const MIB = 1024 * 1024
const MANY = 4096

const LIFTED = {
  /** Options of every stream and every protocol handler; the library allows 32 in and 64 out. */
  streams: { maxInboundStreams: MANY, maxOutboundStreams: MANY },
  connections: {
    maxConnections: MANY,
    maxIncomingPendingConnections: MANY,
    inboundConnectionThreshold: Number.MAX_SAFE_INTEGER
  },
  // The library drops the connection when the 11th stream comes before its muxer is ready for the first.
  // A paused stream must hold a whole receive window (16 MiB at most), or the library resets it at 4 MiB.
  yamux: {
    maxInboundStreams: MANY,
    maxOutboundStreams: MANY,
    maxEarlyStreams: MANY,
    streamOptions: { maxReadBufferLength: 20 * MIB }
  },
  // Mplex has no flow control: what the reader has not taken yet is kept up to here.
  mplex: {
    maxInboundStreams: MANY,
    maxOutboundStreams: MANY,
    maxEarlyStreams: MANY,
    disconnectThreshold: MANY,
    maxUnprocessedMessageQueueSize: 64 * MIB,
    streamOptions: { maxReadBufferLength: 64 * MIB }
  }
}

const LIBRARY = { streams: {}, connections: {}, yamux: {}, mplex: {} }

/** The meaning of `--limits`. */
export const limitsOf = (name) => name === 'none' ? LIFTED : LIBRARY
