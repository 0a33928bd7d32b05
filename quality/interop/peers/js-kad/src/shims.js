// The functions that js-libp2p 3 expects of its runtime and does not find in Node 20. Imported before anything else.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
