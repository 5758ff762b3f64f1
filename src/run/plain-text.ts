export const TERMINAL_WIDTH = 80

/** Lines of at most 80 columns, broken between words. */
export function wrap(text: string, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/u).filter(Boolean)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > TERMINAL_WIDTH) {
      lines.push(indent + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, indent + line]
}

/** Exactly so many signs: what is too long ends in an ellipsis. */
export function fitted(text: string, width: number): string {
  const signs = [...printable(text)]
  return signs.length > width
    ? `${signs.slice(0, width - 1).join('')}…`
    : signs.join('') + ' '.repeat(width - signs.length)
}

/** What others wrote must not steer a terminal: no escape, no line break, no change of direction. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '')
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
