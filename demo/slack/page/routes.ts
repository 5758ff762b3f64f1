import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { streamSSE } from 'hono/streaming'
import type { DeskState } from '../desk.ts'
import { messagesSeenBy } from '../messages.ts'
import { NotThere } from '../place.ts'
import type { User } from '../types.ts'
import { findChannel, findUser, onChange } from '../workspace.ts'
import { perform } from './acts.ts'
import { authorize } from './authorize.ts'
import { type Html, nothing } from './html.ts'
import { type PagePlace, page, sheets } from './layout.ts'
import { renderMessages } from './message.ts'
import { renderHome, renderLog, renderModal } from './views.ts'

const types: Record<string, string> = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' }
const scripts = ['desk.js', 'fields.js', 'combobox.js', 'composer.js', 'patch.js']
const files = [...scripts, ...sheets.map((name) => `${name}.css`)]

const here = ["'self'"]
const localPictures = [...here, 'data:', 'http://127.0.0.1:*', 'http://localhost:*']

/** What a browser sees: the pages, their parts as they change, and a way to act. */
export function pages(desk: DeskState) {
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: here,
        scriptSrc: here,
        connectSrc: here,
        imgSrc: localPictures,
        baseUri: ["'none'"],
      },
    }),
  )
  for (const file of files) {
    app.get(`/page/${file}`, (c) =>
      c.body(readFileSync(join(import.meta.dirname, file)), 200, {
        'content-type': types[file.split('.').at(-1) ?? ''] ?? '',
        'cache-control': 'no-cache',
      }),
    )
  }
  app.get('/', (c) => c.redirect('/as/U_DANA/home'))
  app.route('/', authorize(desk))
  app.get('/as/:user', (c) => c.redirect(`/as/${c.req.param('user')}/home`))
  app.get('/as/:user/changes', (c) => changes(desk, c))
  app.post('/as/:user/act', (c) => act(desk, c))
  app.get('/as/:user/parts/*', async (c) => {
    const at = locate(desk, c.req.param('user'), c.req.path.replace(/^\/as\/[^/]+\/parts\//, ''))
    if (!at) return c.notFound()
    const { pane, modal } = parts(desk, at.viewer, at.place)
    return c.json({ pane: String(await pane), modal: String(await modal) })
  })
  app.get('/as/:user/*', (c) => {
    const at = locate(desk, c.req.param('user'), c.req.path.replace(/^\/as\/[^/]+\//, ''))
    return at ? c.html(page(desk, at.viewer, at.place, parts(desk, at.viewer, at.place))) : c.notFound()
  })
  return app
}

function locate(desk: DeskState, userId: string, path: string): { viewer: User; place: PagePlace } | null {
  const viewer = findUser(desk.ws, userId)
  if (!viewer || viewer.isBot) return null
  if (path === 'home' || path === 'log') return { viewer, place: { kind: path } }
  const id = path === 'dm' ? userId : /^channel\/(C_\w+)$/.exec(path)?.[1]
  const channel = id === undefined ? undefined : findChannel(desk.ws, id)
  return channel ? { viewer, place: { kind: 'conversation', channel } } : null
}

function parts(desk: DeskState, viewer: User, place: PagePlace): { pane: Html; modal: Html } {
  return { pane: pane(desk, viewer, place), modal: renderModal(desk, viewer) ?? nothing }
}

function pane(desk: DeskState, viewer: User, place: PagePlace): Html {
  if (place.kind === 'home') return renderHome(desk, viewer)
  if (place.kind === 'log') return renderLog(desk)
  return renderMessages(desk, viewer, messagesSeenBy(desk.ws, viewer.id, place.channel.id))
}

/** Says that something changed; the page then fetches its parts and keeps what is being typed. */
function changes(desk: DeskState, c: Context) {
  return streamSSE(c, async (stream) => {
    const tell = () => void stream.writeSSE({ data: String(desk.ws.version) })
    const unsubscribe = onChange(desk.ws, tell)
    tell()
    await new Promise<void>((resolve) => {
      stream.onAbort(resolve)
      desk.closing.signal.addEventListener('abort', () => resolve())
    })
    unsubscribe()
  })
}

function problemOf(error: unknown): string {
  if (error instanceof NotThere)
    return 'This was drawn anew a moment ago. Look again, and press it once more.'
  return error instanceof Error ? error.message : 'It did not work.'
}

/** Another site's page must not be able to press buttons here: only JSON from our own origin counts. */
async function act(desk: DeskState, c: Context) {
  const origin = c.req.header('origin')
  const isJson = c.req.header('content-type')?.startsWith('application/json') ?? false
  if (!isJson || (origin !== undefined && origin !== new URL(c.req.url).origin)) return c.text('refused', 403)
  try {
    return c.json(await perform(desk, c.req.param('user') ?? '', await c.req.json()))
  } catch (error) {
    return c.json({ problem: problemOf(error) }, 409)
  }
}
