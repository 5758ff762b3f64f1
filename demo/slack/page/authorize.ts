import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { html } from 'hono/html'
import type { DeskState } from '../desk.ts'
import { team } from '../seed.ts'
import { head, strip } from './layout.ts'

/** Slack's consent page for installing an app, cut down to the one question it asks. */
export function authorize(desk: DeskState) {
  const app = new Hono()
  app.get('/oauth/v2/authorize', (c) => {
    const { client_id, redirect_uri, state = '', scope = '' } = c.req.query()
    if (client_id !== desk.settings.clientId || !redirect_uri || !URL.canParse(redirect_uri)) {
      return c.text('The client_id is not this app, or the redirect_uri is no URL.', 400)
    }
    const code = randomBytes(12).toString('hex')
    desk.oauthCodes.set(code, redirect_uri)
    const back = new URL(redirect_uri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', state)
    return c.html(html`${head('Install Rollcall')}
<body class="consent">
${strip}
<main>
  <h1>Rollcall asks to join ${team.name}</h1>
  <p>It asks for: ${scope.split(',').join(', ') || 'nothing'}</p>
  <p><a class="btn primary" href="${back.href}">Allow</a></p>
</main>
</body></html>`)
  })
  return app
}
