/**
 * The results as a table, on the terminal and in docs/benchmarks.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { format } from 'prettier'
import type { Rival } from './jobs.ts'
import type { Comparison, JobResult, Timing } from './rounds.ts'

type Cells = readonly string[]

const HEADINGS: Cells = [
  'job',
  'lode s',
  'against',
  's',
  'ratio',
  'asked',
  'met',
  'result',
  'peak MB: lode',
  'other',
]

function tableRows(result: JobResult): Cells[] {
  const { about, rows, lode, peakMbBelow, secondsBelow, trouble, comparisons } = result
  const size = rows > 0 && !about.includes('rows') ? `, ${rows.toLocaleString('en')} rows` : ''
  const memory =
    peakMbBelow === undefined || lode?.peakMb === undefined
      ? ''
      : ` (${lode.peakMb < peakMbBelow ? 'under' : 'NOT under'} ${peakMbBelow})`
  const seconds =
    secondsBelow === undefined || lode === undefined
      ? ''
      : ` (${lode.median <= secondsBelow ? 'within' : 'NOT within'} ${secondsBelow})`
  if (comparisons.length === 0) {
    const met =
      lode === undefined || secondsBelow === undefined ? '' : lode.median < secondsBelow ? 'yes' : 'NO'
    const asked = secondsBelow === undefined ? '' : `< ${secondsBelow} s`
    const failed = trouble === undefined ? '' : 'lode failed'
    return [
      [about + size, inSeconds(lode), 'nothing', '', '', asked, met, failed, inMegabytes(lode) + memory, ''],
    ]
  }
  return comparisons.map((comparison, i) => [
    i === 0 ? about + size : '',
    i === 0 ? inSeconds(lode) + seconds : '',
    comparison.rival,
    comparison.found ? inSeconds(comparison.timing) : 'not found',
    inTimes(comparison),
    target(comparison.asked),
    comparison.met === undefined ? '' : comparison.met ? 'yes' : 'NO',
    trouble === undefined ? verdict(comparison) : 'lode failed',
    i === 0 ? inMegabytes(lode) + memory : '',
    inMegabytes(comparison.timing),
  ])
}

function verdict({ found, compared, trouble, quality }: Comparison): string {
  if (trouble !== undefined) return firstLine(trouble)
  if (!found || !compared) return ''
  return quality === undefined ? 'agrees' : `agrees: ${quality}`
}

function inSeconds(timing: Timing | undefined): string {
  return timing === undefined ? 'none' : timing.median.toFixed(timing.median < 1 ? 3 : 2)
}

function inTimes({ ratio: value, asked }: Comparison): string {
  if (value === undefined) return ''
  return asked !== undefined && 'atMost' in asked
    ? `${value.toFixed(2)} × its time`
    : `${value.toFixed(1)} × faster`
}

function target(asked: Rival['asked']): string {
  if (asked === undefined) return ''
  return 'atMost' in asked ? `≤ ${asked.atMost}` : `≥ ${asked.atLeast}`
}

function inMegabytes(timing: Timing | undefined): string {
  return timing?.peakMb === undefined ? '' : timing.peakMb.toFixed(0)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] as string
}

/** A job's rows for the terminal, while the others still run. */
export function lines(result: JobResult): string {
  return tableRows(result)
    .map((cells) => cells.filter((cell) => cell !== '').join(' | '))
    .join('\n')
}

/** Facts as a list and figures as a table, formatted as the project's documents are. */
export async function markdown(facts: readonly string[], results: readonly JobResult[]): Promise<string> {
  const line = (cells: Cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const table = [HEADINGS, HEADINGS.map(() => '---'), ...results.flatMap(tableRows)].map(line)
  return format([...facts.map((fact) => `- ${fact}`), '', ...table, ''].join('\n'), { parser: 'markdown' })
}

/** Fills in the results of a document between their two comments. @throws {Error} when they are not there */
export async function writeDocs(
  file: string,
  facts: readonly string[],
  results: readonly JobResult[],
): Promise<void> {
  writeBetween(file, 'results', await markdown(facts, results))
}

/** The table of accuracies (accuracy.ts), in the same document. */
export async function writeAccuracy(file: string, table: string): Promise<void> {
  writeBetween(file, 'accuracy', await format(table, { parser: 'markdown' }))
}

function writeBetween(file: string, what: string, made: string): void {
  const text = readFileSync(file, 'utf8')
  const opening = `<!-- ${what}: written by npm run bench -- --write -->`
  const [start, end] = [text.indexOf(opening), text.indexOf(`<!-- end of ${what} -->`)]
  if (start < 0 || end < start) {
    throw new Error(`${file} has lost the comments between which its ${what} stand`)
  }
  writeFileSync(file, `${text.slice(0, start + opening.length)}\n\n${made}\n${text.slice(end)}`)
}
