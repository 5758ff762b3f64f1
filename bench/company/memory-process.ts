import { openDatabase } from '../../src/db/client.ts'
import { connectCompany, retrieve } from './place.ts'

/** Reads one company in a process that does nothing else, and says how much memory that took at most. */
process.once('disconnect', () => process.exit())
const [databaseUrl = '', hrisUrl = '', people = ''] = process.argv.slice(2)
const database = openDatabase(databaseUrl)
const place = await connectCompany(database)
const { added } = await retrieve(database, place, hrisUrl)
if (added !== Number(people)) throw new Error(`${added} of ${people} people were added.`)
await database.close()
process.send?.(process.resourceUsage().maxRSS / 1024)
process.disconnect()
