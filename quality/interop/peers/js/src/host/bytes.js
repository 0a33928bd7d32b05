// Pulling bytes out of a js-libp2p stream, and pushing bytes into one, with back-pressure both ways.

const PAUSE_ABOVE = 1024 * 1024
const CHUNK = 64 * 1024

/** Reads a stream piece by piece. Takes over all reading of the stream it is made for. */
export class StreamReader {
  #stream
  #pieces = []
  #buffered = 0
  #ended = false
  #error
  #wake = () => {}

  constructor (stream) {
    this.#stream = stream
    stream.addEventListener('end', () => this.#finish())
    stream.addEventListener('close', (event) => this.#finish(event.error))
    stream.addEventListener('message', (event) => this.#accept(event.data))
    if (stream.readableEnded) {
      this.#finish()
    }
  }

  /** The next piece, or null at the end; throws when the stream was reset. */
  async next () {
    while (this.#pieces.length === 0) {
      if (this.#error !== undefined) {
        throw this.#error
      }
      if (this.#ended) {
        return null
      }
      await new Promise((resolve) => { this.#wake = resolve })
    }
    const piece = this.#pieces.shift()
    this.#buffered -= piece.byteLength
    if (this.#buffered === 0 && this.#stream.readStatus === 'paused') {
      this.#stream.resume()
    }
    return piece
  }

  /** Exactly `length` bytes as one array; throws when the stream ends before. */
  async exactly (length) {
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const piece = await this.next()
      if (piece === null) {
        throw new Error(`the stream ended after ${filled} of ${length} bytes`)
      }
      const wanted = Math.min(piece.byteLength, length - filled)
      bytes.set(piece.subarray(0, wanted), filled)
      filled += wanted
      if (wanted < piece.byteLength) {
        this.#pieces.unshift(piece.subarray(wanted))
        this.#buffered += piece.byteLength - wanted
      }
    }
    return bytes
  }

  /** Everything up to the end, handed to `take` piece by piece; returns how many bytes there were. */
  async drain (take = () => {}) {
    let total = 0
    for (let piece = await this.next(); piece !== null; piece = await this.next()) {
      total += piece.byteLength
      await take(piece)
    }
    return total
  }

  #accept (data) {
    const piece = data.subarray()
    this.#pieces.push(piece)
    this.#buffered += piece.byteLength
    if (this.#buffered > PAUSE_ABOVE && this.#stream.readStatus === 'readable') {
      this.#stream.pause()
    }
    this.#wake()
  }

  // The library announces the end before it hands over bytes that came in the same frame, hence the later turn.
  #finish (error) {
    queueMicrotask(() => {
      this.#ended = true
      this.#error ??= error
      this.#wake()
    })
  }
}

/** Writes the bytes and waits until the stream takes more. */
export async function write (stream, bytes) {
  if (!stream.send(bytes)) {
    await stream.onDrain()
  }
}

/** Writes `count` zero bytes. */
export async function writeZeros (stream, count) {
  const zeros = new Uint8Array(Math.min(CHUNK, count))
  for (let left = count; left > 0; left -= CHUNK) {
    await write(stream, left < CHUNK ? zeros.subarray(0, left) : zeros)
  }
}
