import type { BlockAction, ViewResponseAction } from '@slack/bolt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  actions,
  button,
  eventually,
  nameInput,
  nameModal,
  option,
  plain,
  type Rehearsal,
  rehearse,
} from './slack-app.ts'

let it: Rehearsal
let clockMs = 0
let triggers: string[] = []
let submitted: unknown[] = []
let answer: ViewResponseAction | undefined

beforeEach(async () => {
  clockMs = Date.now()
  triggers = []
  submitted = []
  answer = undefined
  it = await rehearse(
    (app) => {
      app.command('/trigger', async ({ ack, command }) => {
        triggers.push(command.trigger_id)
        await ack()
      })
      app.action<BlockAction>('again', async ({ ack, body }) => {
        triggers.push(body.trigger_id)
        await ack()
      })
      app.view('name', async ({ ack, view }) => {
        submitted.push(view.state.values)
        await (answer ? ack(answer) : ack())
      })
      app.options('city', async ({ ack, options }) => {
        const cities = ['berlin', 'bern', 'london'].filter((city) => city.startsWith(options.value))
        await ack({ options: cities.map(option) })
      })
    },
    { now: () => clockMs },
  )
})
afterEach(() => it.stop())

const dana = () => it.desk.as('U_DANA')

async function trigger() {
  await dana().command('/trigger')
  return triggers.at(-1) ?? ''
}

const open = async (view: object) =>
  it.app.client.views.open({ trigger_id: await trigger(), view: view as ReturnType<typeof nameModal> })

async function refused(call: Promise<unknown>) {
  const error = await call.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  )
  return (error as { data?: { error: string; response_metadata?: { messages: string[] } } }).data ?? error
}

test('a trigger opens one modal within three seconds, once', async () => {
  const id = await trigger()
  clockMs += 3000
  await it.app.client.views.open({ trigger_id: id, view: nameModal() })
  expect(dana().modal()?.title).toEqual(plain('Name'))
  expect(it.desk.as('U_SAM').modal()).toBeNull()
  expect(await refused(it.app.client.views.open({ trigger_id: id, view: nameModal() }))).toMatchObject({
    error: 'exchanged_trigger_id',
  })
  const late = await trigger()
  clockMs += 3001
  expect(await refused(it.app.client.views.open({ trigger_id: late, view: nameModal() }))).toMatchObject({
    error: 'expired_trigger_id',
  })
  expect(await refused(it.app.client.views.open({ trigger_id: 'made.up', view: nameModal() }))).toMatchObject(
    {
      error: 'invalid_trigger_id',
    },
  )
  expect(dana().modalDepth()).toBe(1)
})

test('a view Slack would refuse is refused with pointers, and does not use up the trigger', async () => {
  const id = await trigger()
  const view = nameModal('A title that is far too long')
  expect(await refused(it.app.client.views.open({ trigger_id: id, view }))).toMatchObject({
    error: 'invalid_arguments',
    response_metadata: {
      messages: [
        '[ERROR] failed to match all allowed schemas [json-pointer:/view]',
        '[ERROR] must be less than 25 characters [json-pointer:/view/title/text]',
      ],
    },
  })
  expect(dana().modal()).toBeNull()
  await it.app.client.views.open({ trigger_id: id, view: nameModal() })
  expect(dana().modalDepth()).toBe(1)
})

test('an outdated hash is a conflict and changes nothing', async () => {
  const { view: first } = await open(nameModal('First'))
  const viewId = first?.id ?? ''
  const update = (title: string, hash: string | undefined) =>
    it.app.client.views.update({ view_id: viewId, view: nameModal(title), ...(hash ? { hash } : {}) })
  await update('Second', first?.hash)
  expect(await refused(update('Third', first?.hash))).toMatchObject({ error: 'hash_conflict' })
  expect(dana().modal()?.title).toEqual(plain('Second'))

  const home = (text: string, hash?: string) =>
    it.app.client.views.publish({
      user_id: 'U_DANA',
      ...(hash ? { hash } : {}),
      view: { type: 'home', blocks: [{ type: 'header', text: plain(text) }] },
    })
  const published = await home('one')
  await home('two', published.view?.hash)
  expect(await refused(home('three', published.view?.hash))).toMatchObject({ error: 'hash_conflict' })
  expect(JSON.stringify(dana().home()?.blocks)).toContain('two')
})

test('three modals lie on one another, a fourth does not', async () => {
  const again = { blocks: [{ ...actions('again'), block_id: 'more' }], submit: undefined }
  await open(nameModal('One', again))
  for (const title of ['Two', 'Three']) {
    await dana().click({ actionId: 'again' })
    await it.app.client.views.push({ trigger_id: triggers.at(-1) ?? '', view: nameModal(title, again) })
  }
  expect(dana().modalDepth()).toBe(3)
  await dana().click({ actionId: 'again' })
  const fourth = it.app.client.views.push({ trigger_id: triggers.at(-1) ?? '', view: nameModal('Four') })
  expect(await refused(fourth)).toMatchObject({ error: 'push_limit_reached' })
  expect(dana().modal()?.title).toEqual(plain('Three'))
  await dana().close()
  expect(dana().modal()?.title).toEqual(plain('Two'))
})

test('a required field is asked for before the app hears of the submission', async () => {
  await open(nameModal())
  expect(await dana().submit()).toMatchObject({
    ok: false,
    errors: { name: 'Please complete this required field.' },
  })
  expect(submitted).toEqual([])
  await dana().fill({ actionId: 'text', value: 'Ana Núñez' })
  expect(await dana().submit()).toMatchObject({ ok: true })
  expect(submitted).toEqual([{ name: { text: { type: 'plain_text_input', value: 'Ana Núñez' } } }])
  expect(dana().modal()).toBeNull()
})

test('field errors keep the modal and what was typed; errors at unknown blocks are trouble', async () => {
  await open(nameModal())
  await dana().fill({ actionId: 'text', value: 'Ana' })
  answer = { response_action: 'errors', errors: { name: 'Taken.' } }
  expect(await dana().submit()).toMatchObject({ ok: false, errors: { name: 'Taken.' }, notice: null })
  expect(dana().modal()?.state.values).toEqual({ name: { text: { type: 'plain_text_input', value: 'Ana' } } })
  answer = { response_action: 'errors', errors: { nme: 'Taken.' } }
  expect(await dana().submit()).toMatchObject({
    ok: false,
    notice: 'We had some trouble connecting. Try again?',
  })
  expect(it.desk.log.at(-1)).toMatchObject({ ok: false, error: 'invalid_errors' })
  expect(dana().modalDepth()).toBe(1)
})

test('a submission may update, push and clear', async () => {
  await open(nameModal('One'))
  await dana().fill({ actionId: 'text', value: 'Ana' })
  answer = { response_action: 'update', view: nameModal('Two') }
  await dana().submit()
  expect(dana().modal()).toMatchObject({
    title: plain('Two'),
    state: { values: { name: { text: { value: 'Ana' } } } },
  })
  answer = { response_action: 'push', view: nameModal('Three') }
  await dana().submit()
  expect(dana().modalDepth()).toBe(2)
  expect(dana().modal()).toMatchObject({
    title: plain('Three'),
    state: { values: { name: { text: { value: null } } } },
  })
  await dana().fill({ actionId: 'text', value: 'Ben' })
  answer = { response_action: 'clear' }
  await dana().submit()
  expect(dana().modalDepth()).toBe(0)
})

test('an update keeps what was entered where block and action stay, and starts anew where they do not', async () => {
  const { view } = await open(nameModal())
  await dana().fill({ actionId: 'text', value: 'typed' })
  const renamed = nameModal('Two', { blocks: [nameInput, { ...nameInput, block_id: 'other' }] })
  await it.app.client.views.update({ view_id: view?.id ?? '', view: renamed })
  expect(dana().modal()?.state.values).toMatchObject({
    name: { text: { value: 'typed' } },
    other: { text: { value: null } },
  })
})

test('an external select asks the app, and only an offered option can be chosen', async () => {
  const city = {
    type: 'input',
    block_id: 'city',
    label: plain('City'),
    element: { type: 'external_select', action_id: 'city', min_query_length: 2 },
  }
  await open(nameModal('City', { blocks: [city] }))
  expect((await dana().suggest('city', 'city', 'b')).options).toEqual([])
  expect((await dana().suggest('city', 'city', 'ber')).options.map((it) => it.value)).toEqual([
    'berlin',
    'bern',
  ])
  await expect(dana().fill({ actionId: 'city', value: 'london' })).rejects.toThrow('only berlin, bern')
  await dana().fill({ actionId: 'city', value: 'bern' })
  await dana().submit()
  expect(submitted).toEqual([
    { city: { city: { type: 'external_select', selected_option: option('bern') } } },
  ])
})

test('a field tells the app at once only where the view asks for it', async () => {
  const field = (blockId: string, dispatch: boolean) => ({
    ...nameInput,
    block_id: blockId,
    dispatch_action: dispatch,
    element: { type: 'static_select', action_id: 'again', options: [option('a'), option('b')] },
  })
  await open(nameModal('Two', { blocks: [field('quiet', false), field('loud', true)] }))
  const before = triggers.length
  await dana().fill({ blockId: 'quiet', actionId: 'again', value: 'a' })
  expect(triggers).toHaveLength(before)
  await dana().fill({ blockId: 'loud', actionId: 'again', value: 'b' })
  expect(triggers).toHaveLength(before + 1)
})

test('closing tells an app that wants to know, and clears the stack where it says so', async () => {
  const closed: boolean[] = []
  it.app.view({ callback_id: 'name', type: 'view_closed' }, async ({ ack, body }) => {
    closed.push('is_cleared' in body && body.is_cleared)
    await ack()
  })
  await open(nameModal('One', { notify_on_close: true, clear_on_close: true }))
  await dana().close()
  await eventually(() => closed.length > 0)
  expect(closed).toEqual([true])
  expect(dana().modal()).toBeNull()
})

test('the driver says what is there when asked for what is not', async () => {
  await open(nameModal('One', { blocks: [{ type: 'actions', block_id: 'b', elements: [button('again')] }] }))
  await expect(dana().click({ actionId: 'gone' })).rejects.toThrow(
    'U_DANA sees no gone in modal; there is b/again',
  )
})
