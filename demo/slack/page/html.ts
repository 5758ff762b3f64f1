import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { FormValues, User } from '../types.ts'
import type { Workspace } from '../workspace.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export const nothing: Html = html``

/** An attribute only where there is something to say. */
export const attr = (name: string, value: string | number | boolean | undefined | null): Html => {
  if (value === undefined || value === null || value === false) return nothing
  return value === true ? html` ${raw(name)}` : html` ${raw(name)}="${String(value)}"`
}

/** Who is looking, and at what: all that drawing a block needs besides the block. */
export type Look = {
  ws: Workspace
  viewer: User
  values: FormValues
  /** Makes element ids unique on the page: the view's id or the message's ts. */
  scope: string
}
