/** Prints one event as a line of JSON. */
export function emit (event, fields) {
  process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')
}
