import type { Bot } from '../bot/app.ts'
import { RollcallError } from '../errors.ts'
import type { Actor } from '../model.ts'
import { failSync, runApply } from '../sync/apply.ts'
import type { Context } from '../sync/context.ts'
import type { TaskHandlers } from '../sync/jobs.ts'
import { runRetrieval } from '../sync/retrieve.ts'
import { registerWebhook } from '../sync/webhook-registration.ts'

/** Someone waits for the result of a sync: after about a minute and a half of failing they are told. */
const APPLY_ATTEMPTS = 5

/** What each job does. Repeating any of them is harmless: a killed process means that it runs again. */
export function createTasks(
  makeContext: (actor: Actor) => Context,
  bot: Pick<Bot, 'announce' | 'progress'>,
  publicUrl: string,
): TaskHandlers {
  return {
    async retrieve(ids) {
      await runRetrieval(makeContext({ kind: 'system' }), ids, (progress) => bot.progress(progress))
    },

    async apply(ids, job) {
      const ctx = makeContext({ kind: 'system' })
      try {
        await runApply(ctx, ids)
      } catch (thrown) {
        const isFinal = thrown instanceof RollcallError && thrown.retry.when === 'never'
        if (!isFinal && job.attempts < APPLY_ATTEMPTS) throw thrown
        await failSync(ctx, ids, thrown)
      }
    },

    announce: ({ companyId, subject }) => bot.announce(companyId, subject),

    'register-webhook': (place) => registerWebhook(makeContext({ kind: 'system' }), place, publicUrl),
  }
}
