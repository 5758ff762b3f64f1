import type { ParsedBlock } from './blocks.ts'
import type { Option } from './objects.ts'
import { advice, type Problem, problem } from './problems.ts'
import { optionsOf } from './selects.ts'
import type { ParsedView, Surface } from './surfaces.ts'
import { elementsOf, type Placed } from './walk.ts'

const surfacesOf: Record<string, readonly Surface[]> = {
  alert: ['modal'],
  markdown: ['message'],
  table: ['message'],
}

/** The rules that no single block can know: what is unique, what fits where, what adds up. */
export function blockRules(blocks: readonly ParsedBlock[], surface: Surface, code: string): Problem[] {
  return [
    ...placement(blocks, surface, code),
    ...uniqueBlockIds(blocks, code),
    ...blocks.flatMap((block, index) => uniqueActionIds(elementsOf(block), index, code)),
    ...sums(blocks, code),
    ...blocks.flatMap((block, index) => optionAdvice(elementsOf(block), index)),
  ]
}

export function viewRules(view: ParsedView, code: string): Problem[] {
  const placed = view.blocks.flatMap((block) => elementsOf(block))
  const focused = placed.filter(({ element }) => 'focus_on_load' in element && element.focus_on_load)
  const needsSubmit = view.type === 'modal' && !view.submit && view.blocks.some((b) => b.type === 'input')
  return [
    ...blockRules(view.blocks, view.type, code),
    ...(needsSubmit ? [problem([], 'missing required field: submit', code)] : []),
    ...(focused.length > 1
      ? [problem(['blocks'], 'focus_on_load may be set on one element of a view', code)]
      : []),
  ]
}

function placement(blocks: readonly ParsedBlock[], surface: Surface, code: string) {
  return blocks.flatMap((block, index) =>
    (surfacesOf[block.type] ?? [surface]).includes(surface)
      ? []
      : [problem(['blocks', index, 'type'], `unsupported type: ${block.type} (not in a ${surface})`, code)],
  )
}

function uniqueBlockIds(blocks: readonly ParsedBlock[], code: string) {
  const seen = new Set<string>()
  return blocks.flatMap((block, index) => {
    if (block.block_id === undefined) return []
    const repeated = seen.has(block.block_id)
    seen.add(block.block_id)
    return repeated
      ? [problem(['blocks', index, 'block_id'], `block_id already exists: ${block.block_id}`, code)]
      : []
  })
}

function uniqueActionIds(placed: Placed[], block: number, code: string) {
  const seen = new Set<string>()
  return placed.flatMap(({ element, path }) => {
    const id = element.action_id
    if (id === undefined) return []
    const repeated = seen.has(id)
    seen.add(id)
    return repeated
      ? [
          problem(
            ['blocks', block, ...path, 'action_id'],
            `action_id already exists in this block: ${id}`,
            code,
          ),
        ]
      : []
  })
}

function sums(blocks: readonly ParsedBlock[], code: string) {
  const markdown = blocks.reduce((sum, block) => sum + (block.type === 'markdown' ? block.text.length : 0), 0)
  const tables = blocks.filter((block) => block.type === 'table').length
  return [
    ...(markdown > 12_000
      ? [problem(['blocks'], 'markdown blocks must be less than 12001 characters', code)]
      : []),
    ...(tables > 1 ? [problem(['blocks'], 'no more than 1 table allowed', code)] : []),
  ]
}

function optionAdvice(placed: Placed[], block: number) {
  return placed.flatMap(({ element, path }) => {
    const options: Option[] = 'options' in element || 'option_groups' in element ? optionsOf(element) : []
    const at = ['blocks', block, ...path, 'options']
    const values = new Set(options.map((option) => option.value))
    const long = options.find((option) => option.value.length > 75)
    return [
      ...(values.size < options.length
        ? [advice(at, 'two options share a value: the choice cannot be told apart')]
        : []),
      ...(long ? [advice(at, 'a value of more than 75 characters is past what Slack promises')] : []),
    ]
  })
}
