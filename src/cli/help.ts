/**
 * The help of a command, from the same data that parses its command line.
 *
 * Out: plain text, at most `width` wide.
 */
import type { Command } from '../commands/command.ts'
import { optionUsage, type OptionSpec } from '../commands/option.ts'
import { columnOptions, commonOptions } from './common.ts'

const INDENT = 2
const MIN_TEXT = 30
const USAGE_COLUMN = 30
const NAME_COLUMN = 20

export function commandHelp(command: Command, width: number): string {
  const wide = Math.max(60, Math.min(width, 100))
  const sections = [
    ...wrap(`lode ${command.name}: ${command.summary}`, wide),
    '',
    `Usage: lode ${command.name} ${operandUsage(command)} [options]`,
    '',
    ...wrap(command.about, wide),
    '',
    'Examples',
    ...command.examples.flatMap(([about, line]) => [`  # ${about}`, `  ${line}`]),
    ...optionGroups(command).flatMap(([group, options]) => [
      '',
      group,
      ...options.flatMap(([key, spec]) => optionLines(key, spec, wide)),
    ]),
    ...(command.explains ?? []).flatMap(({ title, text, rows }) => [
      '',
      title,
      ...wrap(text, wide - INDENT).map((line) => `  ${line}`),
      ...rows.flatMap(({ name, formula }) =>
        wrap(formula, wide - INDENT - NAME_COLUMN).map(
          (line, i) => `  ${(i === 0 ? name : '').padEnd(NAME_COLUMN)}${line}`,
        ),
      ),
    ]),
    '',
  ]
  return sections.join('\n')
}

export function operandUsage({ lead, operands }: Command): string {
  const files = operands.max === 1 ? `[${operands.metavar}]` : `${operands.metavar}...`
  return lead === undefined ? files : `${lead} ${files}`
}

/** Options by their groups, the command's own first; in the order of the data. */
export function optionGroups(command: Command): [string, [string, OptionSpec<unknown>][]][] {
  const groups = new Map<string, [string, OptionSpec<unknown>][]>()
  const add = (group: string, entry: [string, OptionSpec<unknown>]) => {
    const list = groups.get(group)
    if (list === undefined) groups.set(group, [entry])
    else list.push(entry)
  }
  for (const entry of Object.entries(command.options)) add(entry[1].group ?? 'Options', entry)
  for (const entry of Object.entries(commonOptions)) {
    const isOfNoUse = command.ignoresColumnOptions === true && entry[0] in columnOptions
    if (!(entry[0] in command.options) && !isOfNoUse) add(entry[1].group ?? 'Options', entry)
  }
  add('Running', [
    'help',
    { about: 'this help', metavar: '', fallback: false, short: 'h', parse: () => true },
  ])
  return [...groups]
}

/** What an option does when it is not given, in words; undefined where nothing is to be said. */
export function defaultOf(spec: OptionSpec<unknown>): string | undefined {
  if (spec.defaultText !== undefined) return spec.defaultText
  const { fallback } = spec
  return typeof fallback === 'string' || typeof fallback === 'number' ? String(fallback) : undefined
}

function optionLines(key: string, spec: OptionSpec<unknown>, width: number): string[] {
  const usage = `${spec.short === undefined ? '    ' : ''}${optionUsage(key, spec)}`
  const fallback = defaultOf(spec)
  const text = fallback === undefined ? spec.about : `${spec.about} [${fallback}]`
  const lines = wrap(text, Math.max(MIN_TEXT, width - USAGE_COLUMN - INDENT))
  const pad = ' '.repeat(USAGE_COLUMN + INDENT)
  const first = `  ${usage}`
  return first.length < USAGE_COLUMN + INDENT
    ? [`${first.padEnd(USAGE_COLUMN + INDENT)}${lines[0]}`, ...lines.slice(1).map((line) => pad + line)]
    : [first, ...lines.map((line) => pad + line)]
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return line === '' ? lines : [...lines, line]
}
