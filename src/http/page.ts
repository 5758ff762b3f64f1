import { html } from 'hono/html'
import { STYLE_HREF } from './style.ts'

/** `html` escapes every value put into it; it answers at once unless a value is a promise, and none of ours is. */
export type Markup = ReturnType<typeof html>

/** @param title what distinguishes this page, first in the browser's tab */
export function page(title: string, content: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Rollcall</title>
<link rel="stylesheet" href="${STYLE_HREF}">
</head>
<body>
<header class="brand">Rollcall</header>
<main>
${content}
</main>
</body>
</html>
`
}

/** A page that ends here: what happened, what still holds, what to do. */
export function noticePage(notice: {
  title: string
  text: string
  todo: string | null
  reference?: string
}): Markup {
  const { title, text, todo, reference } = notice
  return page(
    title,
    html`<h1>${title}</h1>
<p>${text}</p>
${todo === null ? '' : html`<p>${todo}</p>`}
${reference === undefined ? '' : html`<p class="small">Reference: <code>${reference}</code></p>`}`,
  )
}
