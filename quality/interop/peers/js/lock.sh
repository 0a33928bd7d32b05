#!/bin/bash
# Writes package-lock.json anew from package.json, without download addresses or other host names.
# Usage: lock.sh [FOLDER], by default its own.
set -euo pipefail
cd "${1:-$(dirname "$0")}"
export npm_config_omit_lockfile_registry_resolved=true
npm install --package-lock-only --ignore-scripts --loglevel=error
node -e '
const fs = require("node:fs")
const lock = JSON.parse(fs.readFileSync("package-lock.json"))
for (const entry of Object.values(lock.packages)) delete entry.funding
const text = JSON.stringify(lock, null, 2) + "\n"
if (/:\/\/|"resolved"/.test(text)) throw new Error("the lock file names a host")
fs.writeFileSync("package-lock.json", text)
'
