// js-libp2p expects Node 22; this is what it misses in Node 20.
Promise.withResolvers ??= function () {
  const all = {}
  all.promise = new this((resolve, reject) => Object.assign(all, { resolve, reject }))
  return all
}
if (globalThis.CustomEvent == null) {
  globalThis.CustomEvent = class extends Event {
    constructor (type, init) {
      super(type, init)
      this.detail = init?.detail
    }
  }
}
