// What people get of a gateway, by cell: run(visit, spec) throws if it is not so. needs: a member of the spec without which the cell is left out.
import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

const url = (spec, cid, path = '') => `${spec.gateway}/ipfs/${cid}${path}`
const site = (spec) => url(spec, spec.site, '/')
const NARROW = { width: 320, height: 640 }

/** Of each row of a directory: text and address of its link, and where its cells are. */
const rows = (page) => page.$$eval('tbody tr', (all) => all.map((row) => {
  const link = row.querySelector('th a')
  const box = (element) => { const { left, right } = element.getBoundingClientRect(); return { left, right } }
  return { name: link?.textContent, href: link?.href, link: link && box(link), cells: [...row.cells].map(box), text: row.innerText }
}))

async function isFinished (visit, spec) {
  const { page } = visit
  assert.match(await page.title(), /^Index of \/ipfs\//)
  assert.deepEqual(await page.$$eval('h1', (all) => all.length), 1)
  assert.deepEqual(await page.$$eval('thead th[scope=col]', (all) => all.map((one) => one.textContent)), ['Name', 'CID', 'Size'])
  assert.equal(await page.$$eval('tbody th[scope=row]', (all) => all.length), (await readdir(spec.files)).length)
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('table')).tableLayout), 'fixed')
  assert.ok(await page.$$eval('tbody th', (all) => all.every((one) => getComputedStyle(one).backgroundImage.startsWith('url("data:'))))
}

/** Contrast of texts with what is behind them, as WCAG 2 computes it. */
const contrasts = (page) => page.evaluate(() => {
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number)
  const light = (colour) => parse(colour).slice(0, 3).map((value) => value / 255)
    .map((value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0)
  const behind = (element) => {
    for (let at = element; at != null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if ((parse(colour)[3] ?? 1) > 0) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  return [...document.querySelectorAll('h1, a, th, td, p, pre, dt, dd, b, i')].filter((one) => one.textContent !== '').map((one) => {
    const [a, b] = [light(getComputedStyle(one).color), light(behind(one))]
    return { text: one.textContent.slice(0, 30), ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) }
  })
})

async function isReadable (visit, spec, scheme) {
  const lightness = []
  for (const address of [site(spec), url(spec, spec.value), url(spec, spec.site, '/absent')]) {
    await visit.open(address, { scheme })
    assert.equal(await visit.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches), scheme === 'dark')
    for (const { text, ratio } of await contrasts(visit.page)) assert.ok(ratio >= 4.5, `${address}: "${text}" has a contrast of ${ratio.toFixed(2)}`)
    lightness.push(await visit.page.evaluate(() => Number(getComputedStyle(document.body).backgroundColor.match(/\d+/)[0])))
  }
  assert.ok(lightness.every((red) => scheme === 'dark' ? red < 64 : red > 192), String(lightness))
}

export const CELLS = {
  'a directory is a finished page that loads nothing else': {
    run: async (visit, spec) => {
      await visit.open(site(spec))
      await isFinished(visit, spec)
      assert.equal(visit.requests.length, 1)
    }
  },
  'names with markup and of forbidden characters are text': {
    run: async (visit, spec) => {
      await visit.open(site(spec))
      const { page } = visit
      assert.equal(await page.evaluate(() => globalThis.owned), undefined)
      assert.equal(await page.$$eval('img, script, svg, iframe, object', (all) => all.length), 0)
      const shown = new Set((await rows(page)).map((row) => row.name))
      for (const name of await readdir(spec.files)) {
        const safe = name.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd')
        assert.ok(shown.has(safe), JSON.stringify(name) + ' is not in the page')
      }
      await visit.open(url(spec, spec.site, '/%3Cscript%3Eowned=1%3C%2Fscript%3E/"><img src=x onerror=owned=1>'))
      assert.equal(await visit.page.evaluate(() => globalThis.owned), undefined)
      assert.equal(await visit.page.$$eval('img, script', (all) => all.length), 0)
    }
  },
  'names from right to left stay in their place': {
    run: async (visit, spec) => {
      for (const size of [{}, NARROW]) {
        await visit.open(site(spec), size)
        const all = await rows(visit.page)
        assert.ok(all.some((row) => /[\u0590-\u06ff]/.test(row.name)))
        const [{ link: { left } }] = all
        for (const row of all) {
          assert.ok(Math.abs(row.link.left - left) < 1.5, `${row.name} begins at ${row.link.left}, not at ${left}`)
          const shown = row.cells.filter((cell) => cell.right > cell.left)
          assert.ok(row.link.right <= shown[0].right + 1, `${row.name} leaves its cell`)
          assert.ok(shown.every((cell, i) => i === 0 || shown[i - 1].right <= cell.left + 1), `the cells of ${row.name} are out of order`)
        }
      }
    }
  },
  'pages are readable on light ground': { run: (visit, spec) => isReadable(visit, spec, 'light') },
  'pages are readable on dark ground': { run: (visit, spec) => isReadable(visit, spec, 'dark') },
  'a window of 320 pixels needs no scrolling to the side': {
    run: async (visit, spec) => {
      for (const address of [site(spec), url(spec, spec.value), url(spec, spec.site, '/absent/' + 'x'.repeat(300))]) {
        await visit.open(address, NARROW)
        const [needed, there] = await visit.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
        assert.ok(needed <= there, `${address} needs ${needed} of ${there} pixels`)
      }
    }
  },
  'links lead to the entries, to parents and to content by its CID': {
    run: async (visit, spec) => {
      await visit.open(site(spec))
      const byName = new Map((await rows(visit.page)).map((row) => [decodeURIComponent(row.href.split('/').at(-1)), row.href]))
      for (const name of await readdir(spec.files)) {
        const answer = await fetch(byName.get(name))
        assert.equal(answer.status, 200, name)
        if (!(await stat(join(spec.files, name))).isDirectory()) {
          assert.ok((await readFile(join(spec.files, name))).equals(Buffer.from(await answer.arrayBuffer())), name + ' has other bytes')
        }
      }
      const { page } = visit
      const go = async (selector) => {
        await Promise.all([page.waitForNavigation(), page.click(selector)])
        return decodeURIComponent(new URL(page.url()).pathname).replace(/^\/ipfs\/[^/]+/, '')
      }
      assert.equal(await go('a[href$="/folder"]'), '/folder/')
      assert.equal(await go('a[href$="/deeper"]'), '/folder/deeper/')
      assert.equal(await go('tbody a[href$="/.."]'), '/folder/')
      assert.equal(await go('h1 a'), '/')
      const [text, cid] = await page.$eval('td a.ipfs-hash', (link) => [link.textContent, link.href])
      assert.ok(cid.startsWith(`${spec.gateway}/ipfs/${text}?filename=`))
      assert.equal((await fetch(cid)).status, 200)
    }
  },
  'a keyboard reaches every link in its order and opens it': {
    run: async (visit, spec) => {
      await visit.open(url(spec, spec.site, '/folder/'))
      const { page } = visit
      const links = await page.$$eval('a', (all) => all.map((one) => one.href))
      const reached = []
      for (let i = 0; i < links.length; i++) {
        await page.keyboard.press('Tab')
        reached.push(await page.evaluate(() => document.activeElement.href))
      }
      assert.deepEqual(reached, links)
      assert.ok(await page.evaluate(() => parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2))
      await page.focus('tbody a[href$="/deeper"]')
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
      assert.match(page.url(), /\/folder\/deeper\/$/)
    }
  },
  'a reader of screens is told of table, headers and links': {
    only: 'chromium',
    run: async (visit, spec) => {
      await visit.open(site(spec))
      const roles = {}
      const client = await visit.page.createCDPSession()
      for (const { role } of (await client.send('Accessibility.getFullAXTree')).nodes) roles[role?.value] = (roles[role?.value] ?? 0) + 1
      const entries = (await readdir(spec.files)).length
      assert.equal(roles.table, 1)
      assert.equal(roles.columnheader, 3)
      assert.equal(roles.rowheader, entries)
      assert.equal(roles.heading, 1)
      assert.equal(roles.main, 1)
      assert.ok(roles.link > 2 * entries)
    }
  },
  'on paper there are names and whole CIDs, and nothing to press': {
    only: 'chromium',
    run: async (visit, spec) => {
      await visit.open(url(spec, spec.site, '/folder/'), { scheme: 'dark' })
      await visit.page.emulateMediaType('print')
      assert.equal(await visit.page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)')
      assert.ok(await visit.page.$$eval('.way', (all) => all.length > 0 && all.every((one) => getComputedStyle(one).display === 'none')))
      assert.ok(await visit.page.$$eval('td a.ipfs-hash', (all) => all.every((one) => one.parentElement.scrollWidth <= one.parentElement.clientWidth + 1)))
    }
  },
  'a value of DAG-CBOR is shown with links that lead on': {
    run: async (visit, spec) => {
      await visit.open(url(spec, spec.value))
      const { page } = visit
      const shown = JSON.parse(await page.$eval('pre', (one) => one.textContent))
      assert.deepEqual(shown.list, [1, 2.5, null, true, { '/': { bytes: 'AAECAw' } }])
      assert.equal(shown.text, '<script>owned=1</script>\u202e\n')
      assert.equal(shown['מפתח'], 'ערך')
      await Promise.all([page.waitForNavigation(), page.click('pre a')])
      await isFinished(visit, spec)
      const raw = await fetch(url(spec, spec.value, '?format=raw'))
      await visit.open(url(spec, spec.value))
      const [own, block] = await visit.page.$$eval('dd a', (all) => all.map((one) => one.href))
      assert.ok(Buffer.from(await raw.arrayBuffer()).equals(Buffer.from(await (await fetch(own)).arrayBuffer())))
      assert.equal((await fetch(block)).headers.get('content-type'), 'application/vnd.ipld.raw')
    }
  },
  'a failure is a page, and to programs a line': {
    run: async (visit, spec) => {
      for (const [path, status] of [[`/ipfs/${spec.site}/absent`, 404], ['/ipfs/nonsense', 400], ['/elsewhere', 404]]) {
        const response = await visit.open(spec.gateway + path)
        assert.equal(response.status(), status)
        assert.match(await visit.page.$eval('h1', (one) => one.textContent), new RegExp('^' + status))
        assert.ok((await visit.page.$eval('pre', (one) => one.textContent)).length > 5)
        const line = await fetch(spec.gateway + path)
        assert.equal(line.status, status)
        assert.match(line.headers.get('content-type'), /^text\/plain/)
      }
    }
  },
  'a root has a host of its own, whose pages lead back to the gateway': {
    needs: 'hosts',
    run: async (visit, spec) => {
      await visit.open(`${spec.hosts}/ipfs/${spec.site}/folder/`)
      const { page } = visit
      assert.equal(new URL(page.url()).hostname, `${spec.site}.ipfs.${new URL(spec.hosts).hostname}`)
      await Promise.all([page.waitForNavigation(), page.click('tbody a[href$="/deeper"]')])
      assert.equal(new URL(page.url()).pathname, '/folder/deeper/')
      await Promise.all([page.waitForNavigation(), page.click('h1 a')])
      assert.equal(page.url(), `http://${spec.site}.ipfs.${new URL(spec.hosts).host}/`)
      const content = await page.$eval('td a.ipfs-hash', (one) => one.href)
      assert.ok(content.startsWith(spec.hosts + '/ipfs/'), content)
    }
  },
  'a film is played, and from another place by a range': {
    needs: 'film',
    run: async (visit, spec) => {
      await visit.open(url(spec, spec.film, '/'), { script: true })
      const { page } = visit
      const played = await page.evaluate(async () => {
        const film = document.querySelector('video')
        const until = (event) => new Promise((resolve, reject) => {
          film.addEventListener(event, resolve, { once: true })
          film.addEventListener('error', () => reject(new Error('the film: ' + film.error?.message)), { once: true })
        })
        film.muted = true
        if (film.readyState < 1) await until('loadedmetadata')
        await film.play()
        if (!(film.currentTime > 0)) await until('timeupdate')
        film.currentTime = film.duration * 0.8
        await until('seeked')
        if (film.readyState < 2) await until('canplay')
        await until('timeupdate')
        return { at: film.currentTime / film.duration, width: film.videoWidth, seconds: film.duration }
      })
      assert.ok(played.at >= 0.79 && played.width > 0, JSON.stringify(played))
      const ranges = visit.responses.filter((response) => response.url().endsWith('/film.webm'))
      const [, length] = ranges.map((response) => /bytes \d+-\d+\/(\d+)/.exec(response.headers()['content-range'] ?? '')).find(Boolean) ?? []
      const starts = ranges.map((response) => Number(/bytes (\d+)-/.exec(response.headers()['content-range'] ?? '')?.[1] ?? -1))
      assert.ok(ranges.some((response) => response.status() === 206), 'no answer is a part: ' + ranges.map((response) => response.status()))
      assert.ok(starts.some((start) => start > length / 2), `no part begins behind the middle of ${length}: ${starts}`)
    }
  },
  'a directory of very many entries is shown whole': {
    needs: 'many',
    run: async (visit, spec) => {
      await visit.open(url(spec, spec.many, '/'), { timeout: 180_000 })
      assert.equal(await visit.page.$$eval('tbody tr', (all) => all.length), spec.entries)
      const foot = await visit.page.$eval('footer', (one) => one.textContent)
      assert.ok(foot.startsWith(spec.entries.toLocaleString('en') + ' entries, in the order of the hashes'), foot)
    }
  },
  'screenshots are taken': {
    needs: 'shots',
    run: async (visit, spec) => {
      for (const scheme of ['light', 'dark']) {
        for (const width of [1000, 320]) {
          for (const [name, path] of Object.entries({ directory: spec.site + '/', value: spec.value, error: spec.site + '/absent' })) {
            await visit.open(url(spec, path), { scheme, width })
            await visit.page.screenshot({ path: join(spec.shots, `${visit.browser}-${name}-${scheme}-${width}.png`), fullPage: true })
          }
        }
      }
    }
  }
}
