export type Progress = {
  /** Returns at once; what comes while a report is under way or too soon after the last is left out. */
  report(peopleRead: number, peopleExpected: number | null): void
  /** When no report is under way any more: what follows cannot be overtaken. */
  settled(): Promise<void>
}

const EVERY_MS = 1_000

/** A retrieval never waits for those who watch it, and their failures are not its own. */
export function createProgress(
  tell: (peopleRead: number, peopleExpected: number | null) => Promise<unknown>,
  onError: (thrown: unknown) => void,
): Progress {
  let lastAt = Number.NEGATIVE_INFINITY
  let underWay: Promise<unknown> | undefined
  return {
    report(peopleRead, peopleExpected) {
      if (underWay !== undefined || performance.now() - lastAt < EVERY_MS) return
      lastAt = performance.now()
      underWay = tell(peopleRead, peopleExpected)
        .catch(onError)
        .finally(() => {
          underWay = undefined
        })
    },
    async settled() {
      await underWay
    },
  }
}
