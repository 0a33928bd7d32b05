// The command line that all test peers share, see the README one folder up.
import { parseArgs } from 'node:util'
import { usageError } from './errors.js'

const text = (fallback) => ({ type: 'string', default: fallback })
const number = (fallback, least = 1) => ({ type: 'string', default: String(fallback), least })

const COMMON = {
  key: text(),
  security: text('noise,tls'),
  muxer: text('yamux'),
  psk: text(),
  limits: text('none'),
  'tls-insecure': { type: 'boolean', default: false }
}

const COMMANDS = {
  listen: { listen: { type: 'string', multiple: true } },
  key: { type: text('ed25519') },
  ping: { count: number(1) },
  identify: {},
  echo: { size: number(1048576, 0) },
  halfclose: {},
  reset: {},
  perf: {
    upload: number(0, 0),
    download: number(0, 0),
    streams: number(1),
    repeat: number(1),
    'warmup-bytes': number(0, 0)
  },
  streams: { count: number(1), parallel: number(1) }
}

/** Reads the arguments into `{ command, address or listen, …options }`. */
export function readArguments ([command, ...rest]) {
  if (!Object.hasOwn(COMMANDS, command ?? '')) {
    throw usageError(`the commands of this peer are ${Object.keys(COMMANDS).join(', ')}`)
  }
  const options = { ...COMMON, ...COMMANDS[command] }
  const { values, positionals } = parse(rest, options)
  for (const [name, { least }] of Object.entries(options)) {
    if (least !== undefined) {
      values[name] = wholeNumber(name, values[name], least)
    }
  }
  if (!['none', 'default'].includes(values.limits)) {
    throw usageError('--limits is none or default')
  }
  values.security = values.security.split(',')
  values.muxer = values.muxer.split(',')
  return { ...values, command, ...addresses(command, values.listen ?? [], positionals) }
}

function parse (args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw usageError(cause.message, cause)
  }
}

function addresses (command, listen, positionals) {
  if (command === 'listen') {
    const all = [...listen, ...positionals]
    if (all.length === 0) {
      throw usageError('listen needs --listen MULTIADDR…')
    }
    return { listen: all }
  }
  if (positionals.length !== (command === 'key' ? 0 : 1)) {
    throw usageError(command === 'key' ? 'key takes no address' : `${command} needs one multiaddr`)
  }
  return { address: positionals[0] }
}

function wholeNumber (name, digits, least) {
  const value = Number(digits)
  if (!/^\d+$/.test(digits) || !Number.isSafeInteger(value) || value < least) {
    throw usageError(`--${name} ${digits}: not a whole number of at least ${least}`)
  }
  return value
}
