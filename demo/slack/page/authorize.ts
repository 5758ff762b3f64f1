import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { html } from 'hono/html'
import type { DeskState } from '../desk.ts'
import { team } from '../seed.ts'
import { styleSheets } from './layout.ts'

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
    return c.html(
      html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Install Rollcall · Slack rehearsal</title><link rel="icon" href="data:,">${styleSheets}</head><body class="consent"><p class="strip" role="note"><strong>Rehearsal.</strong> This stands in for Slack. Nothing leaves this machine.</p><main><h1>Rollcall asks to join ${team.name}</h1><p>It asks for: ${scope.split(',').join(', ') || 'nothing'}</p><p><a class="btn primary" href="${back.href}">Allow</a></p></main></body></html>`,
    )
  })
  return app
}
