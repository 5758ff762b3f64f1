type Turn = { now: Promise<void>; next: Promise<void> | null }

/**
 * @returns a function that does the work of one key one at a time, so that what was read first is never shown last.
 * Of those that wait one is enough: it begins after all of them asked, and so sees what each of them saw.
 */
export function createTurns(): (key: string, work: () => Promise<void>) => Promise<void> {
  const turns = new Map<string, Turn>()

  function begin(key: string, work: () => Promise<void>): Promise<void> {
    const now = work()
    const turn: Turn = { now, next: null }
    turns.set(key, turn)
    return now.finally(() => {
      if (turns.get(key) === turn && turn.next === null) turns.delete(key)
    })
  }

  return (key, work) => {
    const turn = turns.get(key)
    if (turn === undefined) return begin(key, work)
    turn.next ??= turn.now.catch(() => undefined).then(() => begin(key, work))
    return turn.next
  }
}
