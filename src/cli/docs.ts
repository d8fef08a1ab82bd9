/**
 * The page of a command in docs/commands: the same data as its help, as Markdown.
 */
import type { Command } from '../commands/command.ts'
import { optionUsage } from '../commands/option.ts'
import { defaultOf, operandUsage, optionGroups } from './help.ts'
import { registry } from './registry.ts'

/** Every page by its file name. */
export async function commandPages(): Promise<Map<string, string>> {
  const pages = new Map<string, string>()
  for (const { name, load } of registry) pages.set(`${name}.md`, commandPage(await load()))
  return pages
}

function commandPage(command: Command): string {
  const examples = command.examples.flatMap(([about, line]) => [`# ${about}`, line])
  const groups = optionGroups(command).flatMap(([group, options]) => [
    `## ${group}`,
    '',
    '| option | | default |',
    '|---|---|---|',
    ...options.map(
      ([key, spec]) =>
        `| \`${inCell(optionUsage(key, spec))}\` | ${inCell(spec.about)} | ${inCell(defaultOf(spec) ?? '')} |`,
    ),
    '',
  ])
  const explanations = (command.explains ?? []).flatMap(({ title, text, rows }) => [
    `## ${title}`,
    '',
    text,
    '',
    '| name | formula | |',
    '|---|---|---|',
    ...rows.map(({ name, formula, about }) => `| \`${name}\` | ${inCell(formula)} | ${inCell(about)} |`),
    '',
  ])
  return [
    '<!-- Made from the option data by `npm run docs`; change src/commands, not this page. -->',
    '',
    `# lode ${command.name}`,
    '',
    `${command.summary}.`,
    '',
    '```',
    `lode ${command.name} ${operandUsage(command)} [options]`,
    '```',
    '',
    command.about,
    '',
    '## Examples',
    '',
    '```sh',
    ...examples,
    '```',
    '',
    ...explanations,
    ...groups,
  ].join('\n')
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|')
}
