/**
 * Which columns a person means: names, positions (`3`), ranges (`age:income`, `2:5`), patterns (`spend_*`).
 *
 * In:  the text after `--columns` and the like, and the columns of a relation.
 * Out: their places, 0 based, in the order they were named, each once.
 *
 * A name always wins over what else its text could mean: a column that is called `3` or `a:b` is found by it.
 */
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'
import type { Column, Relation } from './relation.ts'

const LISTED = 12

/** @throws {UsageError} for a column that is not there, or a name that stands twice. */
export function chooseColumns(relation: Relation, list: string): number[] {
  const chosen = splitList(list).flatMap((item) => places(relation, item))
  return [...new Set(chosen)]
}

/** The place of one column. @throws {UsageError} as chooseColumns, and when the text means several. */
export function chooseColumn(relation: Relation, item: string): number {
  const [place, ...more] = places(relation, item)
  if (place === undefined || more.length > 0) {
    throw new UsageError(`"${item}" must name one column; it means ${more.length + 1} of them`)
  }
  return place
}

/** `--columns` less `--exclude`, of all columns. */
export function choose(relation: Relation, list: string | undefined, exclude: string | undefined): number[] {
  const from = list === undefined ? relation.columns.map((_, i) => i) : chooseColumns(relation, list)
  const out = new Set(exclude === undefined ? [] : chooseColumns(relation, exclude))
  return from.filter((place) => !out.has(place))
}

/** The items of a list parted by commas; an item in double quotes may hold commas. */
export function splitList(list: string): string[] {
  const items = [...list.matchAll(/\s*("(?:[^"]|"")*"|[^,]*)\s*(?:,|$)/g)].map((match) => match[1] ?? '')
  // The pattern also matches the nothing at the end of the text.
  if (!list.endsWith(',')) items.pop()
  return items
    .map((item) => (item.startsWith('"') ? item.slice(1, -1).replaceAll('""', '"') : item.trim()))
    .filter((item) => item !== '')
}

function places(relation: Relation, item: string): number[] {
  const { columns } = relation
  const exact = named(columns, item)
  if (exact.length > 1) throw twice(relation, item, exact)
  if (exact.length === 1) return exact
  if (/^\d+$/.test(item)) return [position(relation, item)]
  if (item.includes(':')) return range(relation, item)
  if (item.includes('*') || item.includes('?')) return pattern(relation, item)
  throw unknown(relation, item)
}

function named(columns: readonly Column[], name: string): number[] {
  return columns.flatMap((column, i) => (column.name === name ? [i] : []))
}

function position(relation: Relation, item: string): number {
  const place = Number(item)
  if (place >= 1 && place <= relation.columns.length) return place - 1
  throw new UsageError(
    `column ${item} is not in ${where(relation)}, which has ${relation.columns.length}; positions start at 1`,
    { code: 'E_COLUMN' },
  )
}

function range(relation: Relation, item: string): number[] {
  const at = item.indexOf(':')
  const end = (text: string, open: number) => (text === '' ? open : chooseColumn(relation, text))
  const from = end(item.slice(0, at), 0)
  const to = end(item.slice(at + 1), relation.columns.length - 1)
  if (from > to) throw new UsageError(`the range "${item}" runs backwards in ${where(relation)}`)
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

function pattern(relation: Relation, item: string): number[] {
  const source = item
    .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const matching = new RegExp(`^${source}$`, 'su')
  const found = relation.columns.flatMap((column, i) => (matching.test(column.name) ? [i] : []))
  if (found.length > 0) return found
  throw new UsageError(`no column of ${where(relation)} matches "${item}"`, {
    code: 'E_COLUMN',
    help: [listed(relation.columns)],
  })
}

function unknown(relation: Relation, item: string): UsageError {
  const names = relation.columns.map((column) => column.name)
  return new UsageError(`column "${item}" is not in ${where(relation)}${didYouMean(item, names)}`, {
    code: 'E_COLUMN',
    help: [listed(relation.columns)],
  })
}

function twice(relation: Relation, item: string, at: readonly number[]): UsageError {
  const numbers = at.map((i) => i + 1).join(', ')
  return new UsageError(`column "${item}" stands ${at.length} times in ${where(relation)}`, {
    code: 'E_COLUMN',
    help: [`Name the one you mean by its position: ${numbers}.`],
  })
}

function where(relation: Relation): string {
  return relation.files.join(' and ')
}

function listed(columns: readonly Column[]): string {
  const shown = columns.slice(0, LISTED).map((column) => column.name)
  const more = columns.length - shown.length
  return `columns: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
