// What js-libp2p 3, Helia and undici 8, which are written for Node 22, do not find in Node 20. Loaded before anything else.
const threads = require('node:worker_threads')
const zlib = require('node:zlib')

Promise.withResolvers ??= function () {
  const all = {}
  all.promise = new this((resolve, reject) => Object.assign(all, { resolve, reject }))
  return all
}
globalThis.CustomEvent ??= class extends Event {
  constructor (type, init) {
    super(type, init)
    this.detail = init?.detail
  }
}
threads.markAsUncloneable ??= function () {}
zlib.createZstdDecompress ??= function () { throw new Error('this Node has no zstd') }
