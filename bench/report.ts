import type { Result } from './measure.ts'
import type { Options } from './options.ts'

/** One object for machines. */
export function toJson(results: readonly Result[], { people, rounds }: Options): string {
  const figures = results.map(({ figure, ours, floor, ratio, ok }) => {
    const unit = figure.unit.toLowerCase()
    return {
      name: figure.name,
      [`ours_${unit}`]: rounded(ours, 1),
      [`floor_${unit}`]: rounded(floor, 1),
      ratio: rounded(ratio, 3),
      goal: figure.goal,
      ...(figure.most !== undefined && { [`most_${unit}`]: figure.most }),
      ok,
    }
  })
  return JSON.stringify({ people, rounds, figures })
}

const HEADINGS = ['figure', 'ours', 'floor', 'ratio', 'goal', '']

const RATIO = 'Medians of all rounds; a ratio is the median of what each round had, ours over floor.'

/** A table for people, and under it what was compared with what. */
export function toTable(results: readonly Result[]): string {
  const rows = results.map(({ figure, ours, floor, ratio, ok }) => [
    figure.name,
    `${ours.toFixed(0)} ${figure.unit}`,
    `${floor.toFixed(0)} ${figure.unit}`,
    ratio.toFixed(2),
    figure.most === undefined ? `${figure.goal}` : `${figure.goal}, ${figure.most} ${figure.unit}`,
    ok ? 'ok' : 'ABOVE',
  ])
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  const notes = results.map(({ figure }) => `${figure.name}: ${figure.oursIs}; floor: ${figure.floorIs}`)
  return [line(HEADINGS), ...rows.map(line), '', RATIO, ...notes].join('\n')
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
