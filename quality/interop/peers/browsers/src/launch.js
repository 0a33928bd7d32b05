// A browser, and visits to pages that take down what these load, say and break.
import assert from 'node:assert/strict'
import puppeteer from 'puppeteer-core'

const PATHS = { chromium: process.env.CHROMIUM ?? '/usr/bin/chromium', firefox: process.env.FIREFOX ?? '/usr/bin/firefox-esr' }
const DEADLINE = 60_000

export async function launch (name) {
  const schemes = new Map() // Firefox has one colour scheme for as long as it runs
  const start = async (scheme) => {
    if (name === 'chromium') scheme = ''
    if (!schemes.has(scheme)) schemes.set(scheme, await puppeteer.launch(options(name, scheme)))
    return schemes.get(scheme)
  }
  return {
    visit: async () => new Visit(name, start),
    close: async () => { for (const one of schemes.values()) await one.close() }
  }
}

/** The settings of a browser at its start; prefs are those of Firefox. */
export function settings (name, prefs = {}) {
  const common = { executablePath: PATHS[name], headless: true, timeout: DEADLINE, protocolTimeout: 3 * DEADLINE }
  if (name === 'firefox') return { ...common, browser: 'firefox', extraPrefsFirefox: prefs }
  // The sandbox of Chromium does not work for root, as whom containers and build machines run.
  return { ...common, args: [...(process.getuid() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--autoplay-policy=no-user-gesture-required'] }
}

function options (name, scheme) {
  return settings(name, { 'layout.css.prefers-color-scheme.content-override': scheme === 'dark' ? 0 : 1, 'media.autoplay.default': 0 })
}

/** A tab. */
export class Visit {
  #name
  #start
  #page
  requests = []
  responses = []
  complaints = []

  constructor (name, start) {
    this.#name = name
    this.#start = start
  }

  get browser () { return this.#name }

  get page () { return this.#page }

  /** Opens a page; it has to load nothing but itself, and to break no rule. */
  async open (url, { scheme = 'light', width = 1000, height = 800, script = false, timeout = DEADLINE } = {}) {
    await this.close()
    const browser = await this.#start(scheme)
    const page = this.#page = await browser.newPage()
    page.setDefaultTimeout(DEADLINE)
    this.requests = []
    this.responses = []
    this.complaints = []
    page.on('request', (request) => { if (!request.url().startsWith('data:')) this.requests.push(request.url()) })
    page.on('response', (response) => this.responses.push(response))
    page.on('dialog', (dialog) => { this.complaints.push('dialog ' + dialog.message()); dialog.dismiss() })
    page.on('pageerror', (error) => this.complaints.push('error ' + error.message))
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type()) && !/Failed to load resource.*40[04]/.test(message.text())) {
        this.complaints.push(message.type() + ' ' + message.text())
      }
    })
    await page.evaluateOnNewDocument(() => {
      globalThis.broken = []
      addEventListener('securitypolicyviolation', (event) => broken.push(event.violatedDirective + ' ' + event.blockedURI))
    })
    await page.setViewport({ width, height })
    if (this.#name === 'chromium') await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    const response = await page.goto(url, { timeout })
    if (!script) await this.isQuiet()
    return response
  }

  /** Whether the page has loaded itself alone, and neither it nor the browser complains. */
  async isQuiet () {
    assert.deepEqual(await this.#page.evaluate(() => broken), [], 'the policy was broken')
    assert.deepEqual(this.complaints, [], 'the browser complains')
    const [first] = this.requests
    assert.ok(this.requests.every((url) => url.split('#')[0] === first || redirected(first, url)), 'it loads more than itself: ' + this.requests)
  }

  async close () {
    await this.#page?.close()
    this.#page = undefined
  }
}

/** A directory without its slash, or a root that has a host of its own, is where the address leads. */
function redirected (first, url) {
  const last = new URL(url)
  const from = new URL(first)
  return last.pathname === from.pathname + '/' || (last.hostname.endsWith('.' + from.hostname) && from.pathname.endsWith(last.pathname))
}
