// A Helia node on the loopback, for quality/interop/content: adds, gets, and moves CARs; every command prints JSON lines.
//   serve PATH            adds a file or directory and serves it by Bitswap until the input ends
//   get CID ADDRESS OUT   gets a file or directory from a peer
//   fetch URL CID[/PATH] OUT   fetches with verified-fetch, from whom the delegated routing of a gateway names
//   verified URL CID[/PATH] OUT [NAME VALUE]…   fetches with verified-fetch from one gateway and from nowhere else, with header fields
//   find CID BOOTSTRAP OUT   gets a file or directory from whom the DHT names, reached through one of its peers
//   provide PATH BOOTSTRAP   adds, serves, and announces the root in the DHT, until the input ends
//   value ADDRESS KEY     asks a peer for the value of a key (/libp2p/fetch/0.0.1)
//   values                serves /js/KEY, with the key, until the input ends
//   carin FILE OUT        imports a CAR and writes its root to a folder
//   carout PATH FILE      adds and exports a CAR
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { withBitswap } from '@helia/bitswap'
import { car } from '@helia/car'
import { withHTTP } from '@helia/http'
import { withLibp2pLight } from '@helia/libp2p'
import { unixfs } from '@helia/unixfs'
import { createVerifiedFetchWithHelia } from '@helia/verified-fetch'
import { CarReader } from '@ipld/car'
import { fetch as fetchService } from '@libp2p/fetch'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'

const say = (value) => process.stdout.write(JSON.stringify(value) + '\n')
const signal = () => AbortSignal.timeout(900_000)

const dht = () => kadDHT({ protocol: '/content/kad/1.0.0', clientMode: true, peerInfoMapper: passthroughMapper })

async function peer (services = {}) {
  const helia = withBitswap(withLibp2pLight(createHeliaLight(), {
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify(), ...services }
  }))
  await helia.start()
  return helia
}

async function * files (path, prefix) {
  const stat = await lstat(path)
  if (stat.isSymbolicLink()) return
  if (!stat.isDirectory()) {
    yield { path: prefix, content: createReadStream(path) }
    return
  }
  yield { path: prefix }
  for (const name of (await readdir(path)).sort()) yield * files(join(path, name), prefix + '/' + name)
}

async function add (fs, path) {
  let last
  for await (const entry of fs.addAll(files(path, basename(path)), { wrapWithDirectory: false })) last = entry
  return last.cid
}

async function write (fs, cid, out) {
  const stat = await fs.stat(cid, { signal: signal() })
  if (stat.type === 'directory') {
    await mkdir(out, { recursive: true })
    let batch = []
    for await (const entry of fs.ls(cid, { signal: signal() })) {
      batch.push(write(fs, entry.cid, join(out, entry.name)))
      if (batch.length === 32) {
        await Promise.all(batch)
        batch = []
      }
    }
    await Promise.all(batch)
  } else {
    await pipeline(Readable.from(fs.cat(cid, { signal: signal() })), createWriteStream(out))
  }
}

const [command, ...args] = process.argv.slice(2)
if (command === 'serve') {
  const helia = await peer()
  const cid = await add(unixfs(helia), args[0])
  say({ event: 'serving', cid: cid.toString(), addrs: helia.libp2p.getMultiaddrs().map(String) })
  process.stdin.resume()
  await new Promise((resolve) => process.stdin.on('end', resolve))
} else if (command === 'get') {
  const helia = await peer()
  await helia.libp2p.dial(multiaddr(args[1]), { signal: signal() })
  await write(unixfs(helia), CID.parse(args[0]), args[2])
  say({ event: 'got', cid: args[0] })
} else if (command === 'find') {
  const helia = await peer({ dht: dht(), ping: ping() })
  await helia.libp2p.dial(multiaddr(args[1]), { signal: signal() })
  await new Promise((resolve) => setTimeout(resolve, 2000)) // for identify
  await write(unixfs(helia), CID.parse(args[0]), args[2])
  say({ event: 'got', cid: args[0], peers: helia.libp2p.getPeers().map(String) })
} else if (command === 'provide') {
  const helia = await peer({ dht: dht(), ping: ping() })
  await helia.libp2p.dial(multiaddr(args[1]), { signal: signal() })
  await new Promise((resolve) => setTimeout(resolve, 2000)) // for identify
  const cid = await add(unixfs(helia), args[0])
  await helia.routing.provide(cid, { signal: signal() })
  say({ event: 'serving', cid: cid.toString(), addrs: helia.libp2p.getMultiaddrs().map(String) })
  process.stdin.resume()
  await new Promise((resolve) => process.stdin.on('end', resolve))
} else if (command === 'value') {
  const helia = await peer({ fetch: fetchService() })
  const value = await helia.libp2p.services.fetch.fetch(multiaddr(args[0]), args[1], { signal: signal() })
  say({ event: 'value', value: value == null ? null : Buffer.from(value).toString() })
} else if (command === 'values') {
  const helia = await peer({ fetch: fetchService() })
  helia.libp2p.services.fetch.registerLookupFunction('/js/', async (key) => key)
  say({ event: 'serving', addrs: helia.libp2p.getMultiaddrs().map(String) })
  process.stdin.resume()
  await new Promise((resolve) => process.stdin.on('end', resolve))
} else if (command === 'fetch') {
  const gateways = [args[0]]
  const helia = withHTTP(createHeliaLight(), { recursiveGateways: gateways, delegatedRouters: gateways, allowInsecure: true, allowLocal: true })
  await helia.start()
  const fetch = await createVerifiedFetchWithHelia(helia, { allowInsecure: true, allowLocal: true })
  const response = await fetch('ipfs://' + args[1], { signal: signal(), allowInsecure: true, allowLocal: true })
  if (!response.ok) throw new Error('status ' + response.status + ' ' + await response.text())
  await writeFile(args[2], Buffer.from(await response.arrayBuffer()))
  say({ event: 'fetched', status: response.status })
} else if (command === 'verified') {
  const [gateway, path, out, ...fields] = args
  const headers = {}
  for (let i = 0; i < fields.length; i += 2) headers[fields[i]] = fields[i + 1]
  const local = { allowInsecure: true, allowLocal: true }
  const helia = withHTTP(createHeliaLight(), { recursiveGateways: [gateway], delegatedRouters: [], ...local })
  helia.addRouter(() => ({ name: 'nowhere', async * findProviders () {} })) // with the gateway alone, which is a last resort, Helia waits for ever
  await helia.start()
  const fetch = await createVerifiedFetchWithHelia(helia, local)
  const response = await fetch('ipfs://' + path, { headers, signal: signal(), ...local })
  if (!response.ok) throw new Error('status ' + response.status + ' ' + await response.text())
  await writeFile(out, Buffer.from(await response.arrayBuffer()))
  say({ event: 'fetched', status: response.status, type: response.headers.get('content-type'), range: response.headers.get('content-range') })
} else if (command === 'carin') {
  const helia = createHeliaLight()
  await helia.start()
  const reader = await CarReader.fromIterable(createReadStream(args[0]))
  await car(helia).import(reader)
  const [root] = await reader.getRoots()
  await write(unixfs(helia), root, args[1])
  say({ event: 'imported', cid: root.toString() })
} else if (command === 'carout') {
  const helia = createHeliaLight()
  await helia.start()
  const cid = await add(unixfs(helia), args[0])
  await pipeline(Readable.from(car(helia).export(cid)), createWriteStream(args[1]))
  say({ event: 'exported', cid: cid.toString() })
} else {
  throw new Error('unknown command ' + command)
}
process.exit(0)
