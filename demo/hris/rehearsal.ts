import {
  type Company,
  type CompanyHistory,
  type CompanySettings,
  createCompany,
  type DayChange,
} from './company.ts'
import { DIFFICULT_PEOPLE, type DifficultPerson } from './difficult.ts'
import { DIFFICULT_KEYS, type DifficultKey, difficultId } from './difficult-person.ts'
import { createFaults, type FaultInput } from './faults.ts'
import { lifecycleOf, type Person, type PersonPatch } from './person.ts'

export type Saved = { history: CompanyHistory; forbidden: string[] }

export type Rehearsal = ReturnType<typeof createRehearsal>

/** Everything about one rehearsal HRIS that can be steered while it runs, for its pages and for tests alike. */
export function createRehearsal(
  settings: CompanySettings,
  saved: Saved | undefined,
  save: (state: Saved) => void,
) {
  let company = createCompany(settings, saved?.history)
  let lastChanges: DayChange[] = []
  const forbidden = new Set(saved?.forbidden)
  const requests = new Map<string, number>()
  const faults = createFaults()
  let heads: Record<string, number> | null = null

  function remember(): void {
    heads = null
    save({ history: company.history(), forbidden: [...forbidden] })
  }

  return {
    faults,
    company: (): Company => company,
    isForbidden: (category: string) => forbidden.has(category),
    countRequest: (endpoint: string) => requests.set(endpoint, (requests.get(endpoint) ?? 0) + 1),

    state() {
      // Counting computes everybody, which is worth doing once a change and not once a look.
      heads ??= headCount(company)
      return {
        day: company.day(),
        today: company.today(),
        people: company.size(),
        heads,
        faults: faults.list(),
        forbidden: [...forbidden],
        /** How often each endpoint was asked since the start or the last reset. */
        requests: Object.fromEntries(requests),
        lastChanges,
        difficult: DIFFICULT_KEYS.flatMap((key) => difficultEntry(company, key)),
      }
    },
    advance(days: number): DayChange[] {
      lastChanges = company.advance(days)
      remember()
      return lastChanges
    },
    /** `idOrKey` is a person's id or the name of a difficult person; `undefined` when there is nobody. */
    patch(idOrKey: DifficultKey | (string & {}), values: PersonPatch): Person | undefined {
      const key = DIFFICULT_KEYS.find((each) => each === idOrKey)
      const person = company.patch(key ? difficultId(key) : idOrKey, values)
      remember()
      return person
    },
    addFault: (input: FaultInput) => faults.add(input),
    clearFaults: () => faults.clear(),
    /** Takes a category of fields from the service user, or everything (`all`), or the `former people`. */
    forbid(category: string, isForbidden = true): void {
      if (isForbidden) forbidden.add(category)
      else forbidden.delete(category)
      remember()
    },
    reset(): void {
      company = createCompany(settings)
      lastChanges = []
      forbidden.clear()
      requests.clear()
      faults.clear()
      remember()
    },
  }
}

function difficultEntry(company: Company, key: DifficultKey) {
  const person = company.findById(difficultId(key))
  const { why }: DifficultPerson = DIFFICULT_PEOPLE[key]
  return person ? [{ key, why, id: person.id, name: person.displayName }] : []
}

function headCount(company: Company): Record<string, number> {
  const heads: Record<string, number> = {}
  for (const person of company.people()) {
    const lifecycle = lifecycleOf(person, company.today())
    heads[lifecycle] = (heads[lifecycle] ?? 0) + 1
  }
  return heads
}
