import { z } from 'zod'

const counted = {
  /** How many matching requests pass before the fault begins. */
  after: z.coerce.number().int().min(0).default(0),
  /** How many requests it strikes; `null` means until it is cleared. */
  times: z.coerce.number().int().min(1).nullable().default(null),
  /** `any` also strikes metadata, lists and single people. */
  on: z.enum(['search', 'any']).default('search'),
}
const percent = z.coerce.number().min(0).max(100)
const seconds = z.coerce.number().int().min(0).nullable().default(null)

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unauthorized'), ...counted }),
  z.strictObject({ kind: z.literal('rate_limited'), ...counted, retryAfterSeconds: seconds }),
  z.strictObject({ kind: z.literal('unavailable'), ...counted, retryAfterSeconds: seconds }),
  /** `closed` ends the answer as if it were whole; `dropped` breaks the connection. */
  z.strictObject({
    kind: z.literal('truncated'),
    ...counted,
    keepPercent: percent.default(50),
    ending: z.enum(['closed', 'dropped']).default('closed'),
  }),
  z.strictObject({ kind: z.literal('empty'), ...counted }),
  z.strictObject({ kind: z.literal('missing_field'), ...counted, field: z.string().default('root.email') }),
  z.strictObject({ kind: z.literal('hang'), ...counted }),
  z.strictObject({ kind: z.literal('shrink'), ...counted, keepPercent: percent.default(40) }),
  z.strictObject({ kind: z.literal('slow'), ...counted, ms: z.coerce.number().min(0).default(2000) }),
  z.strictObject({ kind: z.literal('wrong_type'), ...counted }),
  z.strictObject({
    kind: z.literal('redirect'),
    ...counted,
    to: z.string().default('https://elsewhere.example/login'),
  }),
])

export type Fault = z.infer<typeof faultSchema>
export type FaultInput = z.input<typeof faultSchema>
export type FaultKind = Fault['kind']

export const FAULT_KINDS: readonly FaultKind[] = faultSchema.options.map((option) => option.shape.kind.value)

export type Faults = ReturnType<typeof createFaults>

export function createFaults() {
  let active: Fault[] = []
  let cleared = Promise.withResolvers<void>()

  /** The faults that strike this request. Each counts for itself, so several can be at work at once. */
  function strike(target: 'search' | 'other'): Fault[] {
    const matching = active.filter(({ on }) => on === 'any' || target === 'search')
    const struck = matching.filter((fault) => fault.after === 0)
    for (const fault of matching) count(fault)
    active = active.filter(({ times }) => times !== 0)
    return struck.map((fault) => ({ ...fault }))
  }

  return {
    strike,
    add(input: FaultInput): Fault {
      const fault = faultSchema.parse(input)
      active.push(fault)
      return { ...fault }
    },
    list: (): Fault[] => active.map((fault) => ({ ...fault })),
    clear(): void {
      active = []
      cleared.resolve()
      cleared = Promise.withResolvers()
    },
    /** Settles at the next `clear`: what a hanging request waits for. */
    whenCleared: () => cleared.promise,
  }
}

function count(fault: Fault): void {
  if (fault.after > 0) fault.after -= 1
  else if (fault.times !== null) fault.times -= 1
}
