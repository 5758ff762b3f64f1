import { z } from 'zod'
import { packChosen, unpackChosen } from './chosen.view.ts'

/** What is to be undone of a sync: everybody or the chosen rows of its journal, all fields or one. */
export type UndoScope = { ordinals: readonly number[] | null; field: string | null }

export const EVERYTHING: UndoScope = { ordinals: null, field: null }

/** For the window's `private_metadata`: what is shown is what Confirm carries. */
export const scopeMetadata = (syncId: string, { ordinals, field }: UndoScope) => ({
  syncId,
  chosen: ordinals && packOrdinals(ordinals),
  field,
})

const undoMetadata = z.object({
  syncId: z.guid(),
  chosen: z
    .string()
    .nullable()
    .transform((packed) => packed && unpackOrdinals(packed)),
  field: z.string().nullable(),
})

export function parseUndoMetadata(metadata: string): { syncId: string; scope: UndoScope } {
  const { syncId, chosen, field } = undoMetadata.parse(JSON.parse(metadata))
  return { syncId, scope: { ordinals: chosen === '' ? [] : chosen, field } }
}

/** A sync is undone row by row of its journal: only the row counts here. */
export const packOrdinals = (ordinals: readonly number[]): string =>
  packChosen(ordinals.map((ordinal) => ({ ordinal, creates: false })))

export const unpackOrdinals = (packed: string): number[] => unpackChosen(packed).map(({ ordinal }) => ordinal)

/** `<sync>`, `<sync>:<row>` or `<sync>:<row>:<field>`; `null` for anything else. */
export function parseUndoButton(value: string): { syncId: string; scope: UndoScope } | null {
  const [, syncId, ordinal, field] = /^([^:]+)(?::(\d{1,9})(?::(.+))?)?$/s.exec(value) ?? []
  if (!z.guid().safeParse(syncId).success || syncId === undefined) return null
  const ordinals = ordinal === undefined ? null : [Number(ordinal)]
  return { syncId, scope: { ordinals, field: ordinals === null ? null : (field ?? null) } }
}

export const undoRowValue = (syncId: string, ordinal: number, field?: string): string =>
  [syncId, ordinal, ...(field === undefined ? [] : [field])].join(':')
