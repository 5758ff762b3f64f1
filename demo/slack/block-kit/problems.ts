import type { z } from 'zod'
import { unrehearsedBlocks } from './blocks.ts'

/** What Slack would refuse (`error`, with the error code it would answer) or warn about (`advice`). */
export type Problem = {
  pointer: string
  message: string
  code: string
  level: 'error' | 'advice'
}

type Path = readonly PropertyKey[]

export const toPointer = (path: Path) => path.map((part) => `/${String(part)}`).join('')

export const problem = (path: Path, message: string, code: string): Problem => ({
  pointer: toPointer(path),
  message,
  code,
  level: 'error',
})

export const advice = (path: Path, message: string): Problem => ({
  pointer: toPointer(path),
  message,
  code: 'advice',
  level: 'advice',
})

/** Slack's own phrases, as they come back in `response_metadata.messages`. */
export function fromZod(error: z.ZodError, input: unknown, code: string): Problem[] {
  return error.issues.flatMap((issue) =>
    phrase(issue, input).map(([path, text]) => problem(path, text, code)),
  )
}

function phrase(issue: z.core.$ZodIssue, input: unknown): [Path, string][] {
  const { path } = issue
  const value = valueAt(input, path)
  if (value === undefined && issue.code !== 'custom') {
    return [[path.slice(0, -1), `missing required field: ${String(path.at(-1))}`]]
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => [path, `invalid additional property: ${key}`])
    case 'too_big':
      return [[path, tooBig(issue)]]
    case 'too_small':
      return [[path, tooSmall(issue)]]
    case 'invalid_union':
      return [[path, unsupported(value)]]
    case 'invalid_value':
      return [[path, `must be one of: ${issue.values.map(String).join(', ')}`]]
    case 'invalid_type':
      return [[path, `must provide ${issue.expected === 'array' ? 'an' : 'a'} ${issue.expected}`]]
    default:
      return [[path, issue.message]]
  }
}

function tooBig(issue: z.core.$ZodIssueTooBig) {
  if (issue.origin === 'string') return `must be less than ${Number(issue.maximum) + 1} characters`
  if (issue.origin === 'array') return `no more than ${issue.maximum} items allowed`
  return `must be at most ${issue.maximum}`
}

function tooSmall(issue: z.core.$ZodIssueTooSmall) {
  if (issue.origin === 'string') return `must be more than ${Number(issue.minimum) - 1} characters`
  if (issue.origin === 'array') return `no fewer than ${issue.minimum} items allowed`
  return `must be at least ${issue.minimum}`
}

function unsupported(type: unknown) {
  if (typeof type !== 'string') return 'must be a known type'
  if (unrehearsedBlocks.has(type))
    return `unsupported type: ${type} (Slack has it, this desk does not draw it)`
  return `unsupported type: ${type}`
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  )
}
