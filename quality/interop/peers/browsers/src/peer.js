// A browser that obeys commands, for quality/interop/browsers: peer pages BROWSER, see pages.js. And a browser as the client of a gateway,
// for quality/interop/gateway: opens its pages and prints a JSON line for each cell.
//   peer BROWSER SPEC
// BROWSER is chromium or firefox. SPEC is a file: {gateway, hosts, files, site, value, film, many, entries, shots}: a URL of the gateway, and one on
// whose domain roots have hosts; the folder that was added, and the CIDs of it, of a DAG-CBOR value, and of a folder with a film and a page that
// shows it; if they are wanted, the CID of a directory of many entries and how many, and a folder for screenshots.
import { readFile } from 'node:fs/promises'
import { CELLS } from './cells.js'
import { launch } from './launch.js'
import { pages } from './pages.js'

const NAMES = ['chromium', 'firefox']
const [name, file] = process.argv.slice(2)
if (name === 'pages' && NAMES.includes(file)) {
  await pages(file)
  process.exit(0)
}
if (!NAMES.includes(name) || file === undefined) {
  process.stderr.write('usage: peer chromium|firefox SPEC, or peer pages chromium|firefox\n')
  process.exit(2)
}
const spec = JSON.parse(await readFile(file))
const browser = await launch(name)
try {
  for (const [title, cell] of Object.entries(CELLS)) {
    if (cell.needs !== undefined && spec[cell.needs] === undefined) continue
    if (cell.only !== undefined && cell.only !== name) continue
    const begun = Date.now()
    let failure = null
    const visit = await browser.visit()
    try {
      await cell.run(visit, spec)
    } catch (error) {
      failure = error.stack
    } finally {
      await visit.close()
    }
    process.stdout.write(JSON.stringify({ cell: title, failure, ms: Date.now() - begun }) + '\n')
  }
} finally {
  await browser.close()
}
process.exit(0)
