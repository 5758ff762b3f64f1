const FACTOR_A = 0x9e3779b1
const FACTOR_B = 0x5f356495
const LAST_ASCII = 0x7f

/** 64 bits of a record id, in two halves. Put into fields: a pair to return would be an allocation for each person. */
export type IdHash = {
  high: number
  low: number
  ofText(id: string): void
  /** The same for the same id. */
  ofUtf8(bytes: Uint8Array, start: number, end: number): void
}

export function createIdHash(seed: number): IdHash {
  const seedA = (seed ^ 0xdeadbeef) | 0
  const seedB = (seed ^ 0x41c6ce57) | 0

  function mix(a: number, b: number): void {
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
    b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
    hash.high = a >>> 0
    hash.low = b >>> 0
  }

  const hash: IdHash = {
    high: 0,
    low: 0,
    ofText(id) {
      let a = seedA
      let b = seedB
      for (let index = 0; index < id.length; index++) {
        const unit = id.charCodeAt(index)
        if (unit > LAST_ASCII) {
          const bytes = Buffer.from(id)
          hash.ofUtf8(bytes, 0, bytes.length)
          return
        }
        a = Math.imul(a ^ unit, FACTOR_A)
        b = Math.imul(b ^ unit, FACTOR_B)
      }
      mix(a, b)
    },
    ofUtf8(bytes, start, end) {
      let a = seedA
      let b = seedB
      for (let index = start; index < end; index++) {
        const byte = bytes[index] as number
        a = Math.imul(a ^ byte, FACTOR_A)
        b = Math.imul(b ^ byte, FACTOR_B)
      }
      mix(a, b)
    },
  }
  return hash
}
