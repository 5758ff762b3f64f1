import { DEMO_BAMBOOHR, DEMO_PERSONIO, type Hris } from '../../demo/hris/server.ts'
import type { Employee } from './hris-support.ts'

const BAMBOO_KEY = `Basic ${btoa(`${DEMO_BAMBOOHR.apiKey}:x`)}`

/** `path` begins at the version: `/v1/meta/fields`. */
export function askBamboo(hris: Hris, path: string, body?: unknown, init: RequestInit = {}) {
  const headers = {
    authorization: BAMBOO_KEY,
    accept: 'application/json',
    'content-type': 'application/json',
  }
  const posted = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const url = `${hris.bamboohrUrl}/${DEMO_BAMBOOHR.companyDomain}${path}`
  return fetch(url, { headers, redirect: 'manual', ...posted, ...init })
}

export async function bambooRows(hris: Hris, body: Record<string, unknown>): Promise<Employee[]> {
  const response = await askBamboo(hris, '/v2/datasets/employee/data', { pageSize: 1000, ...body })
  if (response.status !== 200) throw new Error(`datasets answered ${response.status}`)
  const { data } = (await response.json()) as { data: Employee[] }
  return data.map((row) => row['fields'])
}

export async function personioToken(hris: Hris, version: 'v1' | 'v2' = 'v1'): Promise<string> {
  const { clientId: client_id, clientSecret: client_secret } = DEMO_PERSONIO
  const path = version === 'v1' ? '/v1/auth' : '/v2/auth/token'
  const body = new URLSearchParams({ client_id, client_secret, grant_type: 'client_credentials' })
  const response = await fetch(`${hris.personioUrl}${path}`, { method: 'POST', body })
  const answer = (await response.json()) as Employee
  return answer['access_token'] ?? answer['data'].token
}

export async function askPersonio(hris: Hris, path: string, body?: unknown, method = 'POST') {
  const token = await personioToken(hris, path.startsWith('/v2') ? 'v2' : 'v1')
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const posted = body === undefined ? {} : { method, body: JSON.stringify(body) }
  return fetch(`${hris.personioUrl}${path}`, { headers, redirect: 'manual', ...posted })
}

/** Every page, as `attributes` objects. */
export async function personioEmployees(hris: Hris, query = ''): Promise<Employee[]> {
  const employees: Employee[] = []
  for (let offset = 0, total = 1; offset < total; offset += 100) {
    const response = await askPersonio(hris, `/v1/company/employees?limit=100&offset=${offset}${query}`)
    if (response.status !== 200) throw new Error(`employees answered ${response.status}`)
    const { data, metadata } = (await response.json()) as Employee
    employees.push(...data.map((each: Employee) => each['attributes']))
    total = metadata.total_elements
  }
  return employees
}
