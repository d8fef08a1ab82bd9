/** Items that options name, found before anything is searched for. */
import { UsageError } from '../../base/errors.ts'
import { didYouMean } from '../../base/suggest.ts'
import { splitList } from '../../table/columns.ts'
import type { Options } from './options.ts'

/** What `--lhs`, `--rhs`, `--with` and `--without` come to; items by number. */
export interface Templates {
  /** One entry an item: 0 leaves it out of the search. */
  readonly searched: Uint8Array
  /** 0 keeps it off that side; undefined where nothing was said. */
  readonly left: Uint8Array | undefined
  readonly right: Uint8Array | undefined
  /** Items that every itemset holds. */
  readonly needed: readonly number[]
}

/** @throws {UsageError} for an item that no basket holds, with the one that was probably meant */
export function templatesOf(options: Options, names: readonly string[], files: readonly string[]): Templates {
  const find = (option: string, list: string | undefined) =>
    list === undefined ? undefined : itemsNamed(option, list, names, files)
  const lhs = find('--lhs', options.lhs)
  const rhs = find('--rhs', options.rhs)
  const needed = find('--with', options.with) ?? []
  const without = find('--without', options.without) ?? []
  const both = needed.find((item) => without.includes(item))
  if (both !== undefined) {
    throw new UsageError(`--with and --without both name "${names[both]}"`, { code: 'E_ITEM' })
  }
  if (options.itemsets !== undefined && (lhs ?? rhs) !== undefined) {
    throw new UsageError(
      '--lhs and --rhs are about the sides of rules; itemsets have none (--with and --without do)',
      {
        code: 'E_ITEM',
      },
    )
  }
  const left = lhs === undefined ? undefined : marks(names.length, lhs)
  const right = rhs === undefined ? undefined : marks(names.length, rhs)
  const searched = new Uint8Array(names.length).fill(1)
  for (const item of without) searched[item] = 0
  if (left !== undefined && right !== undefined) {
    for (let item = 0; item < names.length; item++)
      if (left[item] === 0 && right[item] === 0) searched[item] = 0
  }
  return { searched, left, right, needed }
}

function marks(length: number, items: readonly number[]): Uint8Array {
  const marked = new Uint8Array(length)
  for (const item of items) marked[item] = 1
  return marked
}

/** A name wins over what else its text could mean: an item that is called `a*` is found by it. */
function itemsNamed(
  option: string,
  list: string,
  names: readonly string[],
  files: readonly string[],
): number[] {
  const wanted = splitList(list)
  if (wanted.length === 0) throw new UsageError(`${option} names no item`, { code: 'E_ITEM' })
  return wanted.flatMap((item) => {
    const exact = names.indexOf(item)
    if (exact >= 0) return [exact]
    const matching = /[*?]/.test(item) ? byPattern(item, names) : []
    if (matching.length > 0) return matching
    const where = files.join(' and ')
    throw new UsageError(`${option}: no basket of ${where} holds "${item}"${didYouMean(item, names)}`, {
      code: 'E_ITEM',
      help: ['An item whose name holds a comma stands in double quotes.'],
    })
  })
}

function byPattern(item: string, names: readonly string[]): number[] {
  const source = item
    .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const pattern = new RegExp(`^${source}$`, 'su')
  return names.flatMap((name, number) => (pattern.test(name) ? [number] : []))
}
