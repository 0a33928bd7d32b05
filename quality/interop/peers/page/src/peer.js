// The command line: serves the page on loopback, opens it in a headless browser and has it run one check.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'
import { EXIT, PeerError, usageError } from '../../js/src/host/errors.js'
import { emit } from '../../js/src/host/events.js'
import { readArguments } from '../../js/src/host/usage.js'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const OFFERED = { security: ['noise'], muxer: ['yamux', 'mplex'] }

async function main (argv) {
  const options = await pageOptions(readArguments(argv))
  const server = await serve()
  try {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: switches(options) })
    try {
      const { exitCode, message } = await drive(browser, `http://127.0.0.1:${server.address().port}/`, options)
      if (exitCode !== EXIT.ok) {
        throw new PeerError(exitCode, message)
      }
    } finally {
      await browser.close()
    }
  } finally {
    server.close()
  }
}

/** A browser has no files, no TLS of its own below WebSocket, and cannot listen. */
async function pageOptions (options) {
  if (['listen', 'key'].includes(options.command) || options.psk !== undefined) {
    throw usageError('a page can neither listen nor make keys, and has no private networks here')
  }
  for (const [name, all] of Object.entries(OFFERED)) {
    const chosen = options[name].filter((each) => all.includes(each))
    if (chosen.length === 0) {
      throw usageError(`--${name}: a page offers only ${all.join(', ')}`)
    }
    options[name] = chosen
  }
  return options.key === undefined ? options : { ...options, privateKey: [...await keyFile(options.key)] }
}

async function keyFile (file) {
  try {
    return await readFile(file)
  } catch (cause) {
    throw usageError(`cannot read ${file}: ${cause.message}`, cause)
  }
}

// The sandbox of Chromium does not work for root, as whom containers and build machines run.
function switches (options) {
  return [
    ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
    ...(options['tls-insecure'] ? ['--ignore-certificate-errors'] : [])
  ]
}

async function drive (browser, url, options) {
  const page = await browser.newPage()
  page.on('console', (message) => process.stderr.write(`page: ${message.text()}\n`))
  page.on('pageerror', (error) => process.stderr.write(`page: ${error.stack}\n`))
  await page.exposeFunction('emitEvent', emit)
  await page.goto(url)
  return page.evaluate((given) => globalThis.runCheck(given), options)
}

async function serve () {
  const files = {
    '/': ['text/html', await readFile(new URL('index.html', import.meta.url))],
    '/page.js': ['text/javascript', await readFile(new URL('../dist/page.js', import.meta.url))]
  }
  const server = createServer((request, response) => {
    const [type, body] = files[request.url] ?? []
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' }).end(body)
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return server
}

try {
  await main(process.argv.slice(2))
  process.exit(EXIT.ok)
} catch (error) {
  process.stderr.write(`error: ${error instanceof PeerError ? error.message : error.stack}\n`)
  process.exit(error.exitCode ?? EXIT.failed)
}
