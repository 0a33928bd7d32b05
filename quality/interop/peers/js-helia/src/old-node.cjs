// Helia and undici 8, which it pulls in, are written for Node 22. What they need of it and Node 20 lacks:
const zlib = require('node:zlib')
const threads = require('node:worker_threads')
zlib.createZstdDecompress ??= function () { throw new Error('this Node has no zstd') }
threads.markAsUncloneable ??= function () {}
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new this((yes, no) => { resolve = yes; reject = no })
  return { promise, resolve, reject }
}
