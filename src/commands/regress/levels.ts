/** Text columns of `lode regress`: the values that become columns of their own, in order, the base first. */
import type { LevelColumn } from '../../base/column.ts'
import { DataError, UsageError } from '../../base/errors.ts'
import { didYouMean } from '../../base/suggest.ts'
import { listed } from '../../base/wording.ts'
import type { DesignColumn, Sources } from '../../shape/design-columns.ts'
import { readColumns } from '../../table/read.ts'
import type { Relation } from '../../table/relation.ts'
import type { RegressContext } from './options.ts'
import type { Plan } from './plan.ts'

/** By size where all are numbers, else as they are (by code point). */
export function inOrder(levels: readonly string[]): readonly string[] {
  const numbers = levels.map(Number)
  if (levels.some((level, i) => level.trim() === '' || !Number.isFinite(numbers[i]))) return levels
  return levels
    .map((level, i) => ({ level, number: numbers[i] as number }))
    .sort((a, b) => a.number - b.number)
    .map(({ level }) => level)
}

export async function readGroups(
  context: RegressContext,
  relation: Relation,
  { groups }: Plan,
): Promise<LevelColumn[]> {
  const { maxLevels } = context.options
  const places = groups.map(({ place }) => place)
  const wanted = places.map((place) => ({ place, most: maxLevels }))
  const { texts: read } = await readColumns(context.engine, relation, [], wanted, context)
  const many = read.findIndex((column) => column === undefined)
  if (many >= 0) {
    throw new DataError(
      `column "${groups[many]?.name}" of ${relation.files.join(' and ')} has more than ${maxLevels} different texts, ` +
        'too many to make a column of each',
      {
        code: 'E_TOO_MANY_LEVELS',
        help: ['Leave it out of --columns or --terms, or allow more with --max-levels (up to 2000).'],
      },
    )
  }
  return read.map((column) => column as LevelColumn)
}

export function baseOf({ options }: RegressContext, { name, levels }: LevelColumn): string | undefined {
  const base = options.base.find(([column]) => column === name)?.[1]
  if (base === undefined || levels.includes(base)) return base
  throw new UsageError(
    `--base ${name}=${base}: column "${name}" holds no "${base}"${didYouMean(base, levels)}`,
    {
      code: 'E_OPTION_VALUE',
      help: [`values: ${listed(levels)}`],
    },
  )
}

/** The levels that the used rows hold, the base first, and the codes by them. */
export function usedLevels(
  { levels, codes }: LevelColumn,
  rowOf: Int32Array,
  base: string | undefined,
): { levels: string[]; codes: Int32Array } {
  const isUsed = new Uint8Array(levels.length)
  for (const row of rowOf) isUsed[codes[row] as number] = 1
  const kept = inOrder(levels.filter((_, code) => isUsed[code] === 1))
  const ordered = base === undefined ? [...kept] : [base, ...kept.filter((level) => level !== base)]
  const place = Int32Array.from(levels, (level) => ordered.indexOf(level))
  return { levels: ordered, codes: codes.map((code) => (code < 0 ? code : (place[code] as number))) }
}

/** A text column of one value makes no column, where that value is the base. */
export function warnOfSingleLevels(
  context: RegressContext,
  { groups }: Sources,
  columns: readonly DesignColumn[],
): void {
  groups.forEach(({ name, levels }, place) => {
    if (levels.length !== 1) return
    const stays = columns.some(({ ingredients }) =>
      ingredients.some((one) => one.kind === 'level' && one.groups === place),
    )
    if (stays) return
    context.warn({
      code: 'constant_column',
      message: `${name} is "${levels[0]}" in every row used, so it gets no coefficient`,
    })
  })
}
