import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Context as AppContext } from '../sync/context.ts'

const QUIET = new Set(['/healthz', '/readyz', '/metrics', '/connect/style.css'])

/** One line a request. The route's pattern stands for the path, which may hold a link's token. */
export function logRequests(
  log: AppContext['log'],
  observe: (labels: { method: string; route: string; status: number }, seconds: number) => void,
): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now()
    await next()
    const ms = performance.now() - started
    const request = { method: c.req.method, route: routeOf(c), status: c.res.status }
    observe(request, ms / 1000)
    const line = { ...request, requestId: c.get('requestId'), ms: Math.round(ms) }
    if (QUIET.has(request.route)) log.debug(line, 'request')
    else log.info(line, 'request')
  }
}

/** Middleware matches by wildcard; where nothing but middleware matched, there is no such route. */
function routeOf(c: Context): string {
  const pattern = routePath(c, -1)
  return pattern.includes('*') ? 'unmatched' : pattern
}
