import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { digest, sameBytes, sameGroups, sameInertia, sameLabels, sameRows, sameTable } from './agree.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'lode-agree-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function file(text: string): string {
  const name = path.join(folder, `${files++}.csv`)
  writeFileSync(name, text)
  return name
}

describe('what counts as the same table', () => {
  test.each([
    ['quotes that are not needed', 'a,b\n"x","1"\n', 'a,b\nx,1\n'],
    ['zeros at the end of a decimal', 'a,b\n45.50,-3.0\n', 'a,b\n45.5,-3\n'],
    ['a last line without its end', 'a\n1\n', 'a\n1'],
    ['CRLF', 'a,b\r\n1,2\r\n', 'a,b\n1,2\n'],
    ['an empty cell in quotes', 'a,b\n"",2\n', 'a,b\n,2\n'],
  ])('%s', async (_, left, right) => {
    expect(await sameTable(file(left), file(right))).toBeUndefined()
  })
})

describe('what does not', () => {
  test.each([
    ['a row more', 'a\n1\n2\n', 'a\n1\n', '2 rows against 1'],
    ['another cell', 'a\n1\n2\n', 'a\n1\n3\n', 'as many rows with other cells'],
    ['cells cut elsewhere', 'a,b\nxy,z\n', 'a,b\nx,yz\n', 'as many rows with other cells'],
    ['a comma inside quotes', 'a,b\n"x,y",z\n', 'a,b\nx,"y,z"\n', 'as many rows with other cells'],
    ['a doubled quote', 'a\n"x""y"\n', 'a\nxy\n', 'as many rows with other cells'],
    ['a leading zero', 'a\n007\n', 'a\n7\n', 'as many rows with other cells'],
    ['zeros at the end of a whole number', 'a\n100\n', 'a\n1\n', 'as many rows with other cells'],
    ['zeros at the end of a version', 'a\n1.2.0\n', 'a\n1.2\n', 'as many rows with other cells'],
    ['another column', 'a\n1\n', 'b\n1\n', 'other columns: a against b'],
    ['an empty file', 'a\n', '', 'other columns: a against '],
  ])('%s', async (_, left, right, difference) => {
    expect(await sameTable(file(left), file(right))).toBe(difference)
    if (!difference.startsWith('other columns'))
      expect(await sameRows(file(left), file(right))).toBe(difference)
  })

  test('rows in another order are the same rows and another table', async () => {
    const [up, down] = [file('a\n1\n2\n'), file('a\n2\n1\n')]
    expect(await sameRows(up, down)).toBeUndefined()
    expect(await sameTable(up, down)).toBe('as many rows with other cells')
  })

  test('the same cells in other quotes are other bytes', async () => {
    expect(await sameBytes(file('a\n1\n'), file('a\n1\n'))).toBeUndefined()
    expect(await sameBytes(file('a\n"1"\n'), file('a\n1\n'))).toBe('other bytes')
  })
})

test('a cell longer than a block of the reader is read whole', async () => {
  const long = 'x'.repeat(3 << 20)
  const { rows, header } = await digest(file(`a,b\n"${long},${long}",2\n1,2\n`))
  expect({ rows, header }).toEqual({ rows: 2, header: 'a,b' })
})

describe('groups', () => {
  const rows = (labels: string) =>
    `id,"na, me",cluster\n${[...labels].map((label, i) => `${i},"a, b",${label}`).join('\n')}\n`

  test('are the same whatever they are called', async () => {
    expect(await sameGroups(file(rows('001')), file(rows('220')))).toBeUndefined()
    expect(await sameGroups(file(rows('001')), file(rows('011')))).toBe('row 2 is in another group')
    expect(await sameGroups(file(rows('012')), file(rows('011')))).toBe('row 3 is in another group')
    expect(await sameGroups(file(rows('01')), file(rows('011')))).toBe('2 rows against 3')
  })

  test('have the same labels where those count, with columns behind them or not', async () => {
    const marked = 'cluster,point\n0,core\n,\n'
    expect(await sameLabels(file(marked), file('a,cluster\nx,0\ny,\n'))).toBeUndefined()
    expect(await sameLabels(file(marked), file('a,cluster\nx,0\ny,1\n'))).toBe('row 2 has another label')
  })

  test('have the same inertia to 1e-9', async () => {
    const report = file('{"result":{"inertia":2,"k_search":[]}}')
    expect(await sameInertia(report, file('{"inertia":2.0000000001}'))).toBeUndefined()
    expect(await sameInertia(report, file('{"inertia":2.1}'))).toBe('inertia 2 against 2.1')
    const search = file('{"result":{"inertia":1,"k_search":[{"inertia":3},{"inertia":1}]}}')
    expect(await sameInertia(search, file('[{"inertia":3},{"inertia":1}]'))).toBeUndefined()
    expect(await sameInertia(search, file('[{"inertia":3}]'))).toBe('2 groupings against 1')
  })
})
