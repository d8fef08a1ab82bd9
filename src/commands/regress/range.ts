/**
 * Numbers that `lode regress` refuses, by name: those that a term has no value for, and those so large or small that
 * what is calculated from them would leave the range of doubles and be infinite, or nothing.
 */
import { DataError } from '../../base/errors.ts'
import { count } from '../../base/wording.ts'
import type { CrossProducts } from '../../learn/cross-products.ts'
import type { DesignColumn, Sources } from '../../shape/design-columns.ts'
import { termText, type Factor, type Terms } from '../../shape/terms.ts'
import type { Relation } from '../../table/relation.ts'
import type { RegressData } from './data.ts'
import type { RegressContext } from './options.ts'

/** Sums of squares outside of these leave no room for their products with each other, or for one over another. */
const LEAST_SQUARE = 1e-100
const LARGEST_SQUARE = 1e140
/** Of polynomials only the sums of squares must be doubles: their columns are of length 1. */
const LARGEST_POLYNOMIAL = 1e280

const OTHER_UNITS = ['Measure the column in other units, or leave it out.']

/** @throws {DataError} naming the column whose squares, or the weights whose sum, are past what can be worked with */
export function refuseRange(
  { options }: RegressContext,
  { weight, means, products }: CrossProducts,
  { columns, sources, rowOf, target, relation }: RegressData,
): void {
  const where = relation.files.join(' and ')
  if (!(weight >= LEAST_SQUARE && weight <= LARGEST_SQUARE)) {
    throw new DataError(
      `the weights of "${options.weights}" in ${where} are too ${weight < LEAST_SQUARE ? 'small' : 'large'} to be worked with`,
      { code: 'E_RANGE', help: ['Multiply them all by one number: only their ratios count.'] },
    )
  }
  const size = columns.length
  for (let j = 0; j <= size; j++) {
    const square = products.high[j * (size + 2)] as number
    const mean = means[j] as number
    const raw = weight * mean ** 2
    const isNothing = square === 0 && mean === 0
    const column = columns[j]
    const isSmall = isNothing
      ? column !== undefined && vanishes(column, sources, rowOf)
      : Math.max(square, raw) < LEAST_SQUARE
    if (square <= LARGEST_SQUARE && raw <= LARGEST_SQUARE && !isSmall) continue
    throw new DataError(
      `the numbers of "${column?.name ?? target}" in ${where} are too ${isSmall ? 'small' : 'large'} to be squared`,
      { code: 'E_RANGE', help: OTHER_UNITS },
    )
  }
}

/** Of a column that is 0 all over: whether some row's factors are not, but too small for their product. */
function vanishes({ ingredients }: DesignColumn, { numbers, groups }: Sources, rowOf: Int32Array): boolean {
  return rowOf.some((row) =>
    ingredients.every((one) => {
      if (one.kind === 'level') return groups[one.groups]?.codes[row] === one.level
      // A logarithm that is 0 is one of 1; polynomials were looked at before.
      return one.kind === 'power' && numbers[one.number]?.values[row] !== 0
    }),
  )
}

/** @throws {DataError} for a logarithm of 0, or a power past the range of a double, with its row */
export function checkFunctions(
  { terms }: Terms,
  { numbers }: Sources,
  rowOf: Int32Array,
  relation: Relation,
): void {
  const where = relation.files.join(' and ')
  for (const factor of terms.flat()) {
    const values = numbers.find(({ name }) => name === factor.column)?.values
    if (values === undefined) continue
    if (factor.kind === 'poly' && !hasPowers(factor, values, rowOf)) {
      throw new DataError(
        `${termText([factor])} has powers of ${factor.column} past the range of numbers in ${where}`,
        { code: 'E_RANGE', help: OTHER_UNITS },
      )
    }
    if (factor.kind !== 'function' && factor.kind !== 'power') continue
    const of = (x: number) => (factor.kind === 'power' ? x ** factor.power : Math[factor.name](x))
    const bad = rowOf.find((row) => !Number.isFinite(of(values[row] as number)))
    if (bad === undefined) continue
    throw new DataError(
      `${termText([factor])} has no value in row ${count(bad + 1)} of ${where}, where ${factor.column} is ${values[bad]}`,
      { code: 'E_NO_VALUE', help: ['Leave such rows out with lode clean --where, or use another term.'] },
    )
  }
}

/** Whether the squares of polynomials of this degree are within the range of doubles. */
function hasPowers(
  { degree }: Extract<Factor, { kind: 'poly' }>,
  values: Float64Array,
  rowOf: Int32Array,
): boolean {
  let [low, high] = [Infinity, -Infinity]
  for (const row of rowOf) {
    low = Math.min(low, values[row] as number)
    high = Math.max(high, values[row] as number)
  }
  const spread = (high - low) ** (2 * degree)
  // One value makes no polynomial; that is said where its column is found to be constant.
  return low === high || (spread >= 1 / LARGEST_POLYNOMIAL && spread * rowOf.length <= LARGEST_POLYNOMIAL)
}
