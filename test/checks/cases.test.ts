import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectedOf, findCases, populate, runCase } from '../case.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lode-cases-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function makeCase(name: string, cmd: string, inputs: { [name: string]: string } = {}): string {
  const place = join(folder, name)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'cmd'), cmd)
  for (const [file, text] of Object.entries(inputs)) writeFileSync(join(place, file), text)
  return place
}

test('a case is a folder with a cmd, however deep', async () => {
  makeCase('clean/one', 'true')
  makeCase('merge/two', 'true')
  expect(await findCases(folder)).toEqual([join(folder, 'clean/one'), join(folder, 'merge/two')])
  expect(await findCases(join(folder, 'merge/two'))).toEqual([join(folder, 'merge/two')])
  expect(await findCases(join(folder, 'absent'))).toEqual([])
})

test('what a command prints, its exit code and the files it writes are told apart', async () => {
  const place = makeCase('one', 'cat in.csv; echo oops >&2; mkdir d; cp in.csv d/out.csv; exit 3', {
    'in.csv': 'a\r\n',
  })
  const { exit, out, err, files } = await runCase(place)
  expect([exit, out.toString(), err.toString()]).toEqual([3, 'a\r\n', 'oops\n'])
  expect([...files].map(([path, bytes]) => [path, bytes.toString()])).toEqual([['d/out.csv', 'a\r\n']])
  expect(readdirSync(place).toSorted()).toEqual(['cmd', 'in.csv'])
})

test('a command that changes its input is seen', async () => {
  const place = makeCase('one', 'echo b >> in.csv', { 'in.csv': 'a\n' })
  expect((await runCase(place)).files.get('in.csv')?.toString()).toBe('a\nb\n')
})

test('lode and the fixtures are found, and colour and width do not depend on who runs the case', async () => {
  const place = makeCase(
    'one',
    'command -v lode >/dev/null && ls "$FIXTURES" >/dev/null && echo "$FIXTURES $COLUMNS $NO_COLOR"',
  )
  expect((await runCase(place)).out.toString()).toBe('../fixtures 80 \n')
})

test('what populate wrote is what the next run must give, and stale expectations go', async () => {
  const place = makeCase('one', 'echo hi; echo x > out.txt', {
    'expected.exit': '2\n',
    'expected.err': 'old\n',
  })
  await populate(place)
  expect(await runCase(place)).toEqual(await expectedOf(place))
  expect(readFileSync(join(place, 'expected.out'), 'utf8')).toBe('hi\n')
  expect(readFileSync(join(place, 'expected', 'out.txt'), 'utf8')).toBe('x\n')
  expect(readdirSync(place).toSorted()).toEqual(['cmd', 'expected', 'expected.out'])
})
