import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const connectors = globSync('src/sync/providers/*.ts', { cwd: root })
/** A comment may give an example. */
const codeOf = (file: string) => read(file).replace(/\/\*.*?\*\/|^\s*\/\/.*$/gms, '')

/** What vendors call a customer's own fields: words around a number or, at BambooHR, bare numbers from 4000 on. */
const TENANT_ID =
  /\b(?:field|column|category|table)_\d{4,}|\bcustom(?:Field|Table)_?\d+|\bdynamic_\d+|['"`]4\d{3}(?:\.\d+)?['"`]/

/** The ids of one tenant that there is: the rehearsal company. */
const rehearsed = [
  ...new Set(
    globSync('demo/hris/{hibob-fields,bamboohr-fields,personio-attributes}.ts', { cwd: root }).flatMap(
      (file) =>
        [...read(file).matchAll(/(?:field|column|category)_\d{6,}|'4\d{3}'|dynamic_\d+/g)].map(([id]) => id),
    ),
  ),
]

test('no connector knows the custom field ids of one tenant', () => {
  expect(connectors.length).toBeGreaterThan(5)
  const offences = connectors.flatMap((file) => {
    const found = TENANT_ID.exec(codeOf(file))
    return found === null ? [] : [`${file} names ${found[0]}`]
  })
  expect(offences).toEqual([])
})

test('the pattern finds every such id of the rehearsal company', () => {
  expect(rehearsed.length).toBeGreaterThan(8)
  expect(rehearsed.filter((id) => !TENANT_ID.test(id))).toEqual([])
})
