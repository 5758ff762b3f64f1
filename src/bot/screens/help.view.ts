import { context, escapeText, type Message, message, paragraph, section } from '../blocks.ts'

export type CommandHelp = { usage: string; summary: string }

export function helpMessage(commands: readonly CommandHelp[]): Message {
  const lines = commands.map(({ usage, summary }) => `\`${usage}\` ${summary}`)
  return message(`Rollcall commands: ${commands.map(({ usage }) => usage).join(', ')}`, [
    section(`*Rollcall* keeps the stakeholder register in step with your HR system.\n${lines.join('\n')}`),
    context('Workspace admins only. Credentials are never typed in Slack.'),
  ])
}

/** What was typed is shown again, so that a slip is seen; the nearest command is the way on. */
export function unknownCommandMessage(typed: string, nearest: string | undefined): Message {
  const hint =
    nearest === undefined
      ? 'Type `/datasync help` for all commands.'
      : `Did you mean \`/datasync ${nearest}\`?`
  const words = `There is no command “${escapeText(typed.slice(0, 40))}”. ${hint}`
  return paragraph(words)
}
