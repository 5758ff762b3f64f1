/** While the database hangs, whoever comes is better told so than kept in memory. */
const MAX_WAITING = 10_000

type Waiting<Item, Result> = {
  item: Item
  resolve: (result: Result) => void
  reject: (thrown: unknown) => void
}

/**
 * Group commit: whatever is asked for while one batch is under way is done together by the next one. Nobody waits
 * for a batch to fill, and a thousand at once cost a few.
 * @param work gives a result for each item, in their order; when it throws, the whole batch has failed
 */
export function inBatches<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  maxItems: number,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  let isWorking = false

  async function workThrough(): Promise<void> {
    isWorking = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxItems)
      waiting = waiting.slice(maxItems)
      try {
        const results = await work(batch.map(({ item }) => item))
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result)
      } catch (thrown) {
        for (const { reject } of batch) reject(thrown)
      }
    }
    isWorking = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= MAX_WAITING) return reject(new Error('too many are waiting'))
      waiting.push({ item, resolve, reject })
      if (!isWorking) void workThrough()
    })
}
