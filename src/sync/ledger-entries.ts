/** Entries of a ledger as they are kept until the next read: two numbers each of id and fingerprint, and the marks. */
export type LedgerEntries = { ids: Uint32Array; prints: Uint32Array; marks: Uint8Array }

const PAIR_BYTES = 8
const ENTRY_BYTES = 2 * PAIR_BYTES + 1

/** All ids, then all fingerprints, then all marks, in the byte order of the machine. */
export function packEntries({ ids, prints, marks }: LedgerEntries): Buffer {
  return Buffer.concat([bytesOf(ids), bytesOf(prints), marks])
}

export function unpackEntries(packed: Buffer): LedgerEntries {
  const entries = Math.floor(packed.length / ENTRY_BYTES)
  // A copy, as numbers of four bytes begin at every fourth only.
  const bytes = new Uint8Array(packed).buffer
  return {
    ids: new Uint32Array(bytes, 0, entries * 2),
    prints: new Uint32Array(bytes, entries * PAIR_BYTES, entries * 2),
    marks: new Uint8Array(bytes, entries * 2 * PAIR_BYTES, entries),
  }
}

const bytesOf = (numbers: Uint32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
