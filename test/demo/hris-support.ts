import { afterEach } from 'vitest'
import { type Hris, type HrisOptions, startHris } from '../../demo/hris/server.ts'

// biome-ignore lint/suspicious/noExplicitAny: the tests look at wire JSON as a client sees it.
export type Employee = Record<string, any>

export const DAY_0 = '2026-11-23'

/** A rehearsal HRIS that is closed after the test, with the rate limit off unless the test is about it. */
export function hrisForTests() {
  const running: Hris[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((hris) => hris.close()))
  })
  return async (options: HrisOptions = {}): Promise<Hris> => {
    const hris = await startHris({ people: 60, seed: 1, today: DAY_0, rateLimit: null, ...options })
    running.push(hris)
    return hris
  }
}

export function authorization({ credentials: { id, token } }: Hris): string {
  return `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`
}

export function ask(hris: Hris, path: string, body?: unknown, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: authorization(hris), 'content-type': 'application/json' }
  const posted = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  return fetch(`${hris.hibobUrl}${path}`, { headers, redirect: 'manual', ...posted, ...init })
}

export async function search(hris: Hris, body: unknown = {}): Promise<Employee[]> {
  const response = await ask(hris, '/people/search', body)
  if (response.status !== 200) throw new Error(`search answered ${response.status}`)
  const { employees } = (await response.json()) as { employees: Employee[] }
  return employees
}

export function control(hris: Hris, path: string, body?: unknown, method = 'POST'): Promise<Response> {
  const posted = body === undefined ? {} : { body: JSON.stringify(body) }
  return fetch(`${hris.url}/control${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    redirect: 'manual',
    ...posted,
  })
}
