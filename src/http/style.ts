import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Read once; the address changes with the content, so it may be kept for a year. */
export const STYLE = readFileSync(new URL('./style.css', import.meta.url), 'utf8')

const version = createHash('sha256').update(STYLE).digest('base64url').slice(0, 12)

export const STYLE_HREF = `/connect/style.css?v=${version}`
