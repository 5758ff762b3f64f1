import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { RollcallError } from '../src/errors.ts'
import { createLogger } from '../src/log.ts'

test('a secret under a telling name is not logged, however deep it lies', () => {
  const line = logged({
    token: 'hunter2',
    headers: { authorization: 'Bearer hunter2', accept: 'text/html' },
    slack: { settings: { botToken: 'hunter2', signingSecret: 'hunter2' } },
    a: { b: { c: { password: 'hunter2', credentials: { id: 'hunter2' } } } },
  })
  expect(line).not.toContain('hunter2')
  expect(line).toContain('text/html')
})

test('of an error its sentence and its causes are logged, not what libraries hang on it', () => {
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(ana@acme.example) already exists.',
    config: { headers: { Authorization: 'Basic hunter2' } },
  })
  const line = logged({ err: new RollcallError('internal', 'It could not be stored.', { cause }) })
  expect(line).not.toMatch(/ana@acme|hunter2/u)
  expect(JSON.parse(line)).toMatchObject({
    err: {
      code: 'internal',
      message: 'It could not be stored.',
      cause: { code: '23505', message: 'duplicate key', stack: expect.stringContaining('log.test.ts') },
    },
  })
})

test('what is below the level is not written', () => {
  expect(logged({ word: 'quiet' }, 'debug')).toBe('')
})

function logged(fields: object, level: 'info' | 'debug' = 'info'): string {
  let said = ''
  const destination = new Writable({
    write(chunk, _encoding, done) {
      said += chunk
      done()
    },
  })
  createLogger({ level: 'info', destination })[level](fields, 'said')
  return said
}
