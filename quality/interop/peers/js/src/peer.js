// The other end of the interoperability tests and benchmarks, around js-libp2p: peer COMMAND … of the command line in ../../README.md,
// or peer FAMILY …, of which each folder is a family with a command line of its own.
const FAMILIES = ['content', 'discovery', 'kad', 'nat', 'pubsub']

const family = FAMILIES.find((name) => name === process.argv[2])
if (family !== undefined) {
  process.argv.splice(2, 1)
}
await import(`./${family ?? 'host'}/peer.js`)
