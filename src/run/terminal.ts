export type Terminal = {
  out: (text: string) => void
  err: (text: string) => void
  /** Whether a line of `err` may be written over. */
  isTty: boolean
}

export const TERMINAL: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTty: process.stderr.isTTY === true,
}

const WRITTEN_OVER_MS = 200
const NEW_LINE_MS = 10_000

/** One line that is written over, or where that cannot be, a line now and then. */
export function createProgressLine({ err, isTty }: Terminal) {
  let shownAt = Number.NEGATIVE_INFINITY
  return {
    show(peopleRead: number, expected: number | null): void {
      if (performance.now() - shownAt < (isTty ? WRITTEN_OVER_MS : NEW_LINE_MS)) return
      shownAt = performance.now()
      const of = expected === null ? '' : ` of ${expected.toLocaleString('en')}`
      const line = `Read ${peopleRead.toLocaleString('en')}${of} people`
      err(isTty ? `\r${line}\u001b[K` : `${line}\n`)
    },
    clear(): void {
      if (isTty) err('\r\u001b[K')
    },
  }
}
