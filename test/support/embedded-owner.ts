import { once } from 'node:events'
import { startEmbedded } from '../../src/db/embedded.ts'

/** Runs an embedded database, says where it is, and ends in the way it is told once stdin says so. */
const [dataDir = '', how] = process.argv.slice(2)
const server = await startEmbedded(dataDir)
console.log(server.url)
await once(process.stdin, 'data')
if (how === 'throw') throw new Error('on purpose')
if (how === 'exit') process.exit(3)
process.stdin.destroy()
