import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UsageError } from '../../src/base/errors.ts'
import { VERSION } from '../../src/base/version.ts'
import { columnOptions, commonOptions } from '../../src/cli/common.ts'
import { commandHelp } from '../../src/cli/help.ts'
import { overviewHelp } from '../../src/cli/overview.ts'
import { parseSegment } from '../../src/cli/parse.ts'
import { registry } from '../../src/cli/registry.ts'
import { optionName } from '../../src/commands/option.ts'

const commands = await Promise.all(registry.map(({ load }) => load()))
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lode-commands-'))
  mkdirSync(join(folder, 'bin'))
  const script = `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/lode.cjs')}" "$@"\n`
  writeFileSync(join(folder, 'bin', 'lode'), script, { mode: 0o755 })
  symlinkSync(resolve('fixtures'), join(folder, 'fixtures'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function shell(line: string): Promise<{ code: number; out: string; err: string }> {
  const PATH = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`
  return new Promise((done) => {
    execFile('bash', ['-c', line], { cwd: folder, env: { ...process.env, PATH } }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

describe.each(commands.map((command) => [command.name, command] as const))('%s', (name, command) => {
  test('its name and summary are those of the registry', () => {
    const entry = registry.find((one) => one.name === name)
    expect([command.name, command.summary]).toEqual([entry?.name, entry?.summary])
  })

  test.each(command.examples.map(([about, line]) => [about, line] as const))(
    'example: %s',
    async (_about, line) => {
      const { code, err } = await shell(line)
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
    },
  )

  test('its help fits 80 columns and names every option', () => {
    const help = commandHelp(command, 80)
    const tooLong = help.split('\n').filter((line) => line.length > 80 && !line.startsWith('  lode '))
    expect(tooLong).toEqual([])
    for (const [key, spec] of Object.entries({ ...commonOptions, ...command.options })) {
      const isOfNoUse = command.ignoresColumnOptions === true && key in columnOptions
      if (isOfNoUse) expect(help).not.toMatch(new RegExp(`^ +${optionName(key, spec)} `, 'm'))
      else expect(help).toContain(optionName(key, spec))
    }
  })

  const refused = Object.entries({ ...commonOptions, ...command.options }).flatMap(([key, spec]) =>
    spec.badValue === undefined ? [] : [[optionName(key, spec), spec.badValue] as const],
  )
  test.each(refused)('%s refuses "%s" and says why', (option, value) => {
    const parse = () => parseSegment(command, [`${option}=${value}`])
    expect(parse).toThrow(UsageError)
    expect(parse).toThrow(new RegExp(`^${option} .*must|^${option} .*needs|^${option}`))
  })

  test('an option that is not there is a usage error', () => {
    expect(() => parseSegment(command, ['--nonsense'])).toThrow('there is no option --nonsense')
    expect(() => parseSegment(command, ['--output'])).toThrow('--output needs a value')
  })
})

test('the overview names every command and fits 110 columns', () => {
  const overview = overviewHelp()
  for (const { name, summary } of registry)
    expect(overview).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'))
  expect(overview.split('\n').filter((line) => line.length > 110)).toEqual([])
})

test('the version is that of the package', () => {
  const packageFile: unknown = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(packageFile).toMatchObject({ version: VERSION })
})

describe('an option whose value may be left out', () => {
  const clean = commands.find(({ name }) => name === 'clean')
  if (clean === undefined) throw new Error('there is no clean')
  const parsed = (...words: string[]) => {
    const { operands, options } = parseSegment(clean, words)
    return [operands, options['dropMissing']]
  }
  const file = 'fixtures/crm.csv'

  test('leaves the file after it alone, where no other word is one', () => {
    expect(parsed('--drop-missing', file)).toEqual([[file], true])
    expect(parsed('--drop-missing', '-')).toEqual([['-'], true])
    expect(parsed('--drop-missing')).toEqual([[], true])
    expect(parsed(file, '--drop-missing', '--trim')).toEqual([[file], true])
  })

  test('takes every other word for its value', () => {
    expect(parsed(file, '--drop-missing', 'age,income')).toEqual([[file], 'age,income'])
    expect(parsed('--drop-missing', 'age', file)).toEqual([[file], 'age'])
    expect(parsed('--drop-missing=age', file)).toEqual([[file], 'age'])
    expect(parsed('--trim', '--drop-missing', 'age', '--case', 'city=lower', file)).toEqual([[file], 'age'])
  })

  test('takes a name of a file too, where another word is the file', () => {
    expect(parsed(file, '--drop-missing', 'fixtures/orders.csv')).toEqual([[file], 'fixtures/orders.csv'])
  })
})
