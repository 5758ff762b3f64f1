import { html } from 'hono/html'
import type { LinkSession } from '../../../sync/link-sessions.ts'
import type { Provider } from '../../../sync/provider.ts'
import { type Markup, page } from '../../page.ts'

const STEPS = ['Who you are', 'Review data', 'Credentials', 'Finish'] as const
export type Step = 1 | 2 | 3 | 4

/** What every page of an open link is made from. */
export type PageSubject = { session: LinkSession; provider: Provider; base: string }

export function stepPage(
  step: Step,
  subject: PageSubject,
  heading: string,
  content: Markup,
  mark = '',
): Markup {
  const where = `Step ${step} of ${STEPS.length}: ${STEPS[step - 1]}`
  return page(
    `${mark}${where} · Connect ${subject.provider.label}`,
    html`<p class="step">${where}</p>
<h1>${heading}</h1>
${content}`,
  )
}
