import type { Hono } from 'hono'
import { PUBLIC_URL } from './service.ts'

export type Visited = { status: number; location: string | null; headers: Headers; html: string }

export type Browser = ReturnType<typeof createBrowser>

/** As much of a browser as forms without script need: cookies with their path, and an Origin on what it posts. */
export function createBrowser(app: Hono) {
  const cookies = new Map<string, { value: string; path: string }>()

  async function send(path: string, init: RequestInit): Promise<Visited> {
    const headers = new Headers(init.headers)
    const fitting = [...cookies].filter(
      ([, cookie]) => path === cookie.path || path.startsWith(`${cookie.path}/`),
    )
    if (fitting.length > 0)
      headers.set('Cookie', fitting.map(([name, { value }]) => `${name}=${value}`).join('; '))
    const response = await app.request(`${PUBLIC_URL}${path}`, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, { value, path: /Path=([^;]+)/i.exec(line)?.[1] ?? '/' })
    }
    return {
      status: response.status,
      location: response.headers.get('Location'),
      headers: response.headers,
      html: await response.text(),
    }
  }

  const get = (path: string) => send(path, { method: 'GET' })

  return {
    get,
    /** @param fields as pairs where one name comes several times */
    post(path: string, fields: Record<string, string> | [string, string][] = {}, origin = PUBLIC_URL) {
      const headers = { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' }
      return send(path, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })
    },
    /** Opens the link and says "I am an admin". */
    async claim(path: string): Promise<void> {
      await get(path)
      const claimed = await this.post(`${path}/claim`)
      if (claimed.location !== `${path}/data`)
        throw new Error(`not claimed: ${claimed.status} ${claimed.html}`)
    },
  }
}
