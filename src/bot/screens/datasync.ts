import { type Listener, type Step, showPrivately } from '../listener.ts'
import { nearestWord } from '../nearest.ts'
import type { Tools } from '../tools.ts'
import { configureStep } from './configure.ts'
import { connectStep } from './connect.ts'
import { type CommandHelp, helpMessage, unknownCommandMessage } from './help.view.ts'
import { historyStep } from './history.ts'
import { statusStep } from './home.ts'
import { previewStep } from './preview.ts'
import { retrieveStep } from './retrieve.ts'
import { syncCommandStep } from './sync-card.ts'
import { undoStep } from './undo.ts'
import { whyStep } from './why.ts'

/** One word after `/datasync`: what it is for, and what it does. */
type Word = { word: string; takes?: string; summary: string; step: Step }

/** `/datasync [word]`. A new word is one line here; help and the nearest word follow by themselves. */
export function datasyncWords(tools: Tools): Word[] {
  const words: Word[] = [
    { word: 'status', summary: 'how things stand, as a bare `/datasync` says it', step: statusStep },
    { word: 'connect', summary: 'connect an HR system', step: connectStep },
    {
      word: 'configure',
      summary: 'say who is synced, and which fields HR may write',
      step: configureStep,
    },
    { word: 'preview', summary: 'see what would change, and for whom', step: previewStep },
    { word: 'sync', summary: 'sync into Stakeholders, after you confirm', step: syncCommandStep },
    { word: 'retrieve', summary: 'read the HR system again now', step: retrieveStep(tools) },
    { word: 'history', summary: 'every sync, and what it changed', step: historyStep },
    { word: 'undo', summary: 'take the last sync back', step: undoStep },
    { word: 'why', takes: '<person>', summary: 'why somebody is in the plan or not', step: whyStep },
    {
      word: 'help',
      summary: 'this list',
      step: privately(() => helpMessage([...words.map(helpOf), STAKEHOLDERS_HELP])),
    },
  ]
  return words
}

export function datasyncListeners(tools: Tools): Listener[] {
  const known = new Map(datasyncWords(tools).map(({ word, step }) => [word, step]))
  return [{ on: 'command', id: '/datasync', route: (typed) => route(typed, known) }]
}

const helpOf = ({ summary, takes, word }: Word): CommandHelp => ({
  usage: ['/datasync', word, takes ?? ''].join(' ').trim(),
  summary,
})

const STAKEHOLDERS_HELP: CommandHelp = { usage: '/stakeholders [name]', summary: 'look at the register' }

function route(typed: string, known: ReadonlyMap<string, Step>): Step {
  const [word = ''] = typed.toLowerCase().split(/\s+/u)
  if (word === '') return statusStep
  const step = known.get(word)
  if (step !== undefined) return step
  return privately(() => unknownCommandMessage(word, nearestWord(word, [...known.keys()])))
}

/** Help is for everybody: it says nothing about anybody. */
const privately = (message: () => Parameters<typeof showPrivately>[0]): Step => ({
  answer: 'message',
  everyone: true,
  run: async () => showPrivately(message()),
})
