import { openBench } from './bench.ts'
import type { Figure } from './figure.ts'
import { apply } from './figures/apply.ts'
import { conditions } from './figures/conditions.ts'
import { memory } from './figures/memory.ts'
import { plan } from './figures/plan.ts'
import { retrieveFirst } from './figures/retrieve-first.ts'
import { retrieveOnePercent } from './figures/retrieve-one-percent.ts'
import { retrieveUnchanged } from './figures/retrieve-unchanged.ts'
import { measure, type Result } from './measure.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { toJson, toTable } from './report.ts'

const FIGURES: readonly Figure[] = [
  retrieveFirst,
  retrieveUnchanged,
  retrieveOnePercent,
  plan,
  apply,
  conditions,
  memory,
]

async function main(options: Options): Promise<void> {
  const bench = await openBench(options.people)
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted = true
      void bench.close().finally(() => process.exit(130))
    })
  }
  try {
    const results: Result[] = []
    for (const figure of FIGURES.filter(({ name }) => options.only?.includes(name) ?? true)) {
      console.error(`${figure.name} ...`)
      results.push(await measure(bench, figure, options.rounds))
    }
    console.log(options.json ? toJson(results, options) : toTable(results))
  } catch (thrown) {
    // What breaks because everything is being taken down is no news.
    if (!interrupted) throw thrown
  } finally {
    await bench.close()
  }
}

function optionsOrUsage(): Options {
  try {
    return readOptions(
      process.argv.slice(2),
      FIGURES.map(({ name }) => name),
    )
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : thrown}\n${USAGE}`)
    process.exit(2)
  }
}

await main(optionsOrUsage())
