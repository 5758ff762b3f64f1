import type { Employee, Identifier, RegisterFields } from '../../model.ts'
import type { FieldDecisions } from './diff.ts'
import type { Mapping } from './mapping.ts'

/** One record of the cache with everything that was found for it in links, decisions and register. */
export type Candidate = {
  recordId: string
  /** `null`: the row did not parse, `problem` says why. */
  employee: Employee | null
  problem: string | null
  vanished: boolean
  /** `null`: a condition asks for a field that was not delivered for this person. */
  meetsConditions: boolean | null
  identifierValue: string | null
  /** Other records in HR, within the conditions or not, that have the same identifier. */
  sharedWith: readonly { recordId: string; name: string }[]
  /** How many more have it, where they are too many to be named. */
  sharedBeyond: number
  /** The stakeholder this record is linked to. */
  linked: (RegisterRow & { claimedBy: Claim | null; base: RegisterFields }) | null
  /** Another record of the same person, under a new contract, has taken the stakeholder over. */
  superseded: boolean
  /** Linked, and since then a person decided that the record is somebody new. */
  leaving: boolean
  /** Stakeholders with this identifier that are not the linked one: of a crowd only those about whom most is open. */
  matches: readonly Match[]
  /** How many more there are in a crowd; not counted where one is linked. */
  matchesBeyond: number
  /** Where there are no matches: stakeholders who belong to nobody and have another identifier of theirs. */
  alike: readonly Alike[]
  /** There are more of them, too many to be named. */
  alikeBeyond: boolean
  /**
   * What a person decided about this record's match, with the stakeholder they chose. Unless it `isOfNow` the record was
   * matched by something else then: whom it leads to by that is another question.
   */
  decision: { verdict: MatchVerdict; stakeholder: Match | null; isOfNow: boolean } | null
  fieldDecisions: FieldDecisions
}
export type RegisterRow = { stakeholderId: string; version: number; fields: RegisterFields }
/**
 * `claimedBy`: another record that the stakeholder belongs to, and goes on under. `formerBase`: what was last
 * written to them under another record, of an HR system that was disconnected since say.
 */
export type Match = RegisterRow & { claimedBy: Claim | null; formerBase: RegisterFields | null }
/** `agrees`: the identifiers that both have, in the order in which people read them. */
export type Alike = RegisterRow & { agrees: readonly Identifier[] }
/** `name` of the person there; `null` when that record could not be read. `provider` is the HR system's id. */
export type Claim = { recordId: string; sameConnection: boolean; provider: string; name: string | null }
export type MatchVerdict = 'link' | 'create' | 'ignore' | 'new_contract'

export type Rules = {
  identifier: Identifier
  mapping: Mapping
  providerLabel: string
  /** The vendor's own spelling of any HR system, by its id. */
  labelOf: (provider: string) => string
}
