// Key files: the protobuf form of a libp2p private key.
import { readFile, writeFile } from 'node:fs/promises'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { usageError } from './errors.js'
import { emit } from './events.js'

// The library reads ECDSA keys, but has no peer ids for them.
const TYPES = { ed25519: 'Ed25519', secp256k1: 'secp256k1', rsa: 'RSA' }
const EXCLUSIVE = 'wx'

/** The key in the file, or a fresh one when no file is named. */
export async function identity (file) {
  if (file === undefined) {
    return generateKeyPair('Ed25519')
  }
  try {
    const key = privateKeyFromProtobuf(await readFile(file))
    peerIdFromPrivateKey(key)
    return key
  } catch (cause) {
    throw usageError(`no private key that js-libp2p can use in ${file}: ${cause.message}`, cause)
  }
}

/** The `key` command: makes the file unless it is there, and prints whose it is. */
export async function makeKey ({ key: file, type }) {
  if (file === undefined || !Object.hasOwn(TYPES, type)) {
    throw usageError(`key needs --key FILE, and --type is one of ${Object.keys(TYPES).join(', ')}`)
  }
  const fresh = await generateKeyPair(TYPES[type])
  try {
    await writeFile(file, privateKeyToProtobuf(fresh), { mode: 0o600, flag: EXCLUSIVE })
  } catch (error) {
    if (error.code !== 'EEXIST') {
      throw error
    }
  }
  const kept = await identity(file)
  emit('key', { peer: peerIdFromPrivateKey(kept).toString(), type: kept.type })
}
