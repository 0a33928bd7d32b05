// Pages of a browser that obey commands: peer pages chromium|firefox. Reads a JSON line for each command, and answers by a line,
// {"value":…} or {"error":…}, in their order:
//   {"do":"open","url":…}                               opens a page, whose number is the value
//   {"do":"call","page":N,"name":…,"with":[…]}          calls a function of the page, and waits for what it promises
//   {"do":"write","page":N,"into":SELECTOR,"text":…}    types a text and the key Enter, once the field takes it
//   {"do":"see","page":N,"text":…}                      waits until the page shows the text
import { createInterface } from 'node:readline'
import puppeteer from 'puppeteer-core'
import { settings } from './launch.js'

const DEADLINE = 60_000

export async function pages (name) {
  const browser = await puppeteer.launch(settings(name))
  const opened = []
  const commands = {
    async open ({ url }) {
      const page = await browser.newPage()
      page.setDefaultTimeout(DEADLINE)
      for (const event of ['console', 'pageerror']) {
        page.on(event, (said) => process.stderr.write(`page ${event}: ${said.stack ?? said.message ?? said.text()}\n`))
      }
      await page.goto(url)
      return opened.push(page) - 1
    },
    call: ({ page, name, with: given = [] }) =>
      opened[page].evaluate((called, values) => globalThis[called](...values), name, given),
    async write ({ page, into, text }) {
      await opened[page].waitForSelector(`${into}:enabled`)
      await opened[page].type(into, text)
      await opened[page].keyboard.press('Enter')
    },
    see: ({ page, text }) => opened[page].waitForFunction((part) => document.body.innerText.includes(part), {}, text).then(() => null)
  }
  try {
    for await (const line of createInterface({ input: process.stdin })) {
      const command = JSON.parse(line)
      let answer
      try {
        answer = { value: await commands[command.do](command) ?? null }
      } catch (error) {
        const shown = await opened[command.page]?.evaluate(() => document.body.innerText).catch(() => '')
        answer = { error: `${error.stack}${shown ? `\nthe page shows: ${shown}` : ''}` }
      }
      process.stdout.write(JSON.stringify(answer) + '\n')
    }
  } finally {
    await browser.close()
  }
}
