import { type Markup, noticePage } from '../../page.ts'

/** Why a link does not open, each in its own words, and always what to do next. */

const NEW_LINK = 'In Slack, type /datasync connect to get a new link.'

export function unknownPage(): Markup {
  return noticePage({
    title: 'This link is not known',
    text: 'It may have been cut short when it was copied, or it is an old one.',
    todo: NEW_LINK,
  })
}

export function expiredPage(): Markup {
  return noticePage({
    title: 'This link has expired',
    text: 'Links work for a short time only, because they lead to a page where credentials are typed. The setup was not finished, and nothing of it is kept.',
    todo: NEW_LINK,
  })
}

export function finishedPage(): Markup {
  return noticePage({
    title: 'This link has been used',
    text: 'The setup it was for is finished. Slack shows how the connection is doing.',
    todo: 'To set up another connection, type /datasync connect in Slack.',
  })
}

export function elsewherePage(): Markup {
  return noticePage({
    title: 'This link is open in another browser',
    text: 'Somebody said "I am an admin" there, and from then on the link works only in that browser.',
    todo: 'If that was you, go on there. If not, type /datasync connect in Slack to get a link of your own.',
  })
}

export function noCookiePage(): Markup {
  return noticePage({
    title: 'Your browser did not keep the cookie',
    text: 'Rollcall uses one cookie to tie this link to your browser, so that nobody else can go on with it.',
    todo: 'Allow cookies for this page, then open the link from Slack again.',
  })
}
