import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { webhook as bamboohr } from '../../../src/sync/providers/bamboohr-webhook.ts'
import { webhook as hibob } from '../../../src/sync/providers/hibob-webhook.ts'

describe('BambooHR', () => {
  // Published with a signature by the connector of fusebit/integrations.
  const KEY = '123b929362d51613054f71e5e5d4bf2c'
  const SIGNED_AT = '1658248023'
  const BODY =
    '{"employees":[{"changedFields":["First name"],"fields":{"Employee #":{"value":"300"},"First name":{"value":"Tefi"},"Last name":{"value":"Adams"}},"id":"5"}]}'
  const SIGNATURE = '56491dd9c2b352bc5f4fc627159aae20ddff9c8cb19f239a6de6771dc5310bac'

  const at = (seconds: number) => new Date((Number(SIGNED_AT) + seconds) * 1000)
  const verify = (
    changes: { key?: string; body?: string; timestamp?: string; signature?: string; now?: Date } = {},
  ) => {
    const { key = KEY, body = BODY, timestamp = SIGNED_AT, signature = SIGNATURE, now = at(0) } = changes
    const headers = new Headers({ 'X-BambooHR-Timestamp': timestamp, 'X-BambooHR-Signature': signature })
    return bamboohr.verify({ headers, rawBody: Buffer.from(body) }, key, now)
  }
  const signed = (body: string, timestamp: string) =>
    createHmac('sha256', KEY).update(`${body}${timestamp}`).digest('hex')

  test('is believed by the published signature', () => {
    expect(verify()).toBe('genuine')
  })

  test('is not believed with another body, key, time or signature', () => {
    expect(verify({ body: BODY.replace('Tefi', 'Teri') })).toBe('forged')
    expect(verify({ body: `${BODY}\n` })).toBe('forged')
    expect(verify({ key: KEY.replace('1', '2') })).toBe('forged')
    expect(verify({ key: '' })).toBe('forged')
    expect(verify({ timestamp: String(Number(SIGNED_AT) + 1) })).toBe('forged')
    expect(verify({ signature: SIGNATURE.toUpperCase() })).toBe('forged')
    expect(verify({ signature: SIGNATURE.slice(0, 63) })).toBe('forged')
    expect(verify({ signature: `${SIGNATURE}0` })).toBe('forged')
    expect(verify({ signature: signed(BODY, `.${SIGNED_AT}`) })).toBe('forged')
  })

  test('is unsigned when either header is missing', () => {
    for (const name of ['X-BambooHR-Timestamp', 'X-BambooHR-Signature']) {
      const headers = new Headers({ 'X-BambooHR-Timestamp': SIGNED_AT, 'X-BambooHR-Signature': SIGNATURE })
      headers.delete(name)
      expect(bamboohr.verify({ headers, rawBody: Buffer.from(BODY) }, KEY, at(0))).toBe('unsigned')
    }
  })

  test('is stale five minutes before and after its time, and at a time that is none', () => {
    expect([-300, 300].map((seconds) => verify({ now: at(seconds) }))).toEqual(['genuine', 'genuine'])
    expect([-301, 301].map((seconds) => verify({ now: at(seconds) }))).toEqual(['stale', 'stale'])
    for (const timestamp of ['0x62d6de17', '1658248023.0', 'NaN', '1e9'])
      expect(verify({ timestamp, signature: signed(BODY, timestamp) })).toBe('stale')
  })

  test('names people in both of its forms, each once', () => {
    expect(bamboohr.recordIds(JSON.parse(BODY))).toEqual(['5'])
    expect(bamboohr.recordIds({ employees: [{ id: '5' }, { id: 6 }, { id: '5' }] })).toEqual(['5', '6'])
    expect(bamboohr.recordIds({ type: 'employee.created', data: { employeeId: '67890' } })).toEqual(['67890'])
  })
})

describe('HiBob', () => {
  const verify = (body: string, signature: string | null, secret = 'bob-secret') => {
    const headers = new Headers(signature === null ? {} : { 'Bob-Signature': signature })
    return hibob.verify({ headers, rawBody: Buffer.from(body) }, secret)
  }
  const BODY = '{"type":"employee.updated","data":{"employeeId":"3332883911884669725"}}'
  const SIGNATURE = createHmac('sha512', 'bob-secret').update(BODY).digest('base64')

  test('is believed by the signature of its bytes, in base64 as Bob writes it', () => {
    expect(verify(BODY, SIGNATURE)).toBe('genuine')
    expect(verify(JSON.stringify(JSON.parse(BODY), null, 1), SIGNATURE)).toBe('forged')
    expect(verify(BODY, SIGNATURE.replace(/=+$/, ''))).toBe('forged')
    expect(verify(BODY, Buffer.from(SIGNATURE, 'base64').toString('hex'))).toBe('forged')
    expect(verify(BODY, SIGNATURE, 'bob-secre')).toBe('forged')
    expect(verify(BODY, createHmac('sha512', '').update(BODY).digest('base64'), '')).toBe('forged')
    expect(verify(BODY, null)).toBe('unsigned')
  })

  test('tries an address out in two forms, and nothing else is a trial', () => {
    expect(['Ping test', { text: 'Ping test' }].map(hibob.isSetUpPing)).toEqual([true, true])
    for (const other of [null, '', 'ping', {}, { text: 'x' }, JSON.parse(BODY)]) {
      expect(hibob.isSetUpPing(other)).toBe(false)
    }
    expect(hibob.recordIds('Ping test')).toEqual([])
  })

  test('names somebody by a text of 19 digits, and not by a number that has lost some', () => {
    expect(hibob.recordIds(JSON.parse(BODY))).toEqual(['3332883911884669725'])
    expect(hibob.recordIds({ data: { employeeId: Number('3332883911884669725') } })).toEqual([])
  })
})
