import { describe, expect, test } from 'vitest'
import { csvCell, csvColumns, csvLine, stakeholderLine } from '../../src/http/api/csv.ts'

describe('a cell', () => {
  test.each([
    ['=HYPERLINK("https://evil.example")', `"'=HYPERLINK(""https://evil.example"")"`],
    ['+49 30 123', "'+49 30 123"],
    ['-1+1', "'-1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [' =1+1', "' =1+1"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['＝1+1', "'＝1+1"],
  ])('that a spreadsheet would run becomes text: %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })

  test.each([
    ['Ana Núñez', 'Ana Núñez'],
    ['Miles, Amy', '"Miles, Amy"'],
    ['the "boss"', '"the ""boss"""'],
    ['two\nlines', '"two\nlines"'],
    ['a=b', 'a=b'],
    ['ana@acme.example', 'ana@acme.example'],
    [-3, '-3'],
    [true, 'true'],
    [['a', 'b'], 'a; b'],
    [['=1', 'b'], "'=1; b"],
    [null, ''],
    [undefined, ''],
    ['', ''],
  ])('that is plain text or a number stays what it is: %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })
})

test('a stakeholder fills the columns by name, and what the register does not know is blank', () => {
  const columns = csvColumns(['workEmail', 'custom:shirt'])
  expect(columns.at(-1)).toBe('custom:shirt')
  expect(columns.filter((column) => column === 'workEmail')).toHaveLength(1)
  const line = stakeholderLine(
    {
      stakeholderId: 'id-1',
      fields: { firstName: 'Ana', lastName: 'Núñez', 'custom:shirt': 'M', workEmail: 'a@x.example' },
    },
    ['firstName', 'workEmail', 'phone', 'custom:shirt'],
  )
  expect(line).toBe('id-1,Ana Núñez,Ana,a@x.example,,M\r\n')
  expect(csvLine([])).toBe('\r\n')
})
