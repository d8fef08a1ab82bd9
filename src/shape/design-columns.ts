/**
 * From columns of the data and terms to the columns of a regression, made a block of rows at a time.
 *
 * In:  columns of numbers, columns of groups as codes, terms over them, and the rows to use.
 * Out: a Design; for each of its columns a name and a recipe that makes it again from other rows.
 * Cost: nothing is copied but for poly(), which takes degree passes over its column.
 *
 * Groups become one 0/1 column a level. The first level is left out, it is the base, where the term without the
 * groups is there too (the intercept counts as such a term); else all levels stay. That is the rule of R and patsy.
 * poly(x, k) are R's orthogonal polynomials: of length 1, at right angles to each other and to the intercept.
 */
import type { Design, DesignBlock } from '../base/design.ts'
import { decimalTails, productError } from '../base/double-double.ts'
import { factorText, type Factor, type FunctionName, type Term, type Terms } from './terms.ts'

/** A factor of a column, as it is made from a row. */
export type Ingredient =
  | { readonly kind: 'power'; readonly number: number; readonly power: number }
  | { readonly kind: 'function'; readonly number: number; readonly name: FunctionName }
  | {
      readonly kind: 'poly'
      readonly number: number
      /** Of the recurrence, up to the degree: x − shift, and the length of each polynomial. */
      readonly shifts: readonly number[]
      readonly squares: readonly number[]
    }
  | { readonly kind: 'level'; readonly groups: number; readonly level: number }

export interface DesignColumn {
  readonly name: string
  /** Place of its term among the terms. */
  readonly term: number
  readonly ingredients: readonly Ingredient[]
}

/** A column of the data as a term uses it. */
export interface Sources {
  /** Names of columns of numbers, as terms name them, and their values by row of the data. */
  readonly numbers: readonly { readonly name: string; readonly values: Float64Array }[]
  readonly groups: readonly {
    readonly name: string
    readonly codes: Int32Array
    readonly levels: readonly string[]
  }[]
}

/** @param rowOf the rows of the data to use, ascending */
export function designColumns(
  { terms, intercept }: Terms,
  sources: Sources,
  rowOf: Int32Array,
): readonly DesignColumn[] {
  const present = new Set(terms.map((term) => marginKey(term)))
  if (intercept) present.add('')
  const columns: DesignColumn[] = []
  // Without an intercept the first term of groups alone takes its place.
  const spanned = new Set(present)
  terms.forEach((term, place) => {
    let made: { name: string; ingredients: Ingredient[] }[] = [{ name: '', ingredients: [] }]
    term.forEach((factor, i) => {
      const rest = marginKey(term.filter((_, other) => other !== i))
      const isReduced = spanned.has(rest)
      const parts = partsOf(factor, sources, rowOf, isReduced)
      // The last factor runs fastest in the names of R; the first one here, as in patsy.
      made = parts.flatMap((part) =>
        made.map((before) => ({
          name: before.name === '' ? part.name : `${before.name}:${part.name}`,
          ingredients: [...before.ingredients, part.ingredient],
        })),
      )
      if (!isReduced && rest === '' && isGroups(factor, sources)) spanned.add('')
    })
    for (const one of made) columns.push({ ...one, term: place })
  })
  return columns
}

function marginKey(term: Term): string {
  return term.map(factorText).sort().join('\u0000')
}

function isGroups(factor: Factor, { groups }: Sources): boolean {
  return groups.some(({ name }) => name === factor.column)
}

function partsOf(
  factor: Factor,
  sources: Sources,
  rowOf: Int32Array,
  isReduced: boolean,
): { name: string; ingredient: Ingredient }[] {
  const groups = sources.groups.findIndex(({ name }) => name === factor.column)
  if (groups >= 0) {
    const levels = sources.groups[groups]?.levels ?? []
    return levels.slice(isReduced ? 1 : 0).map((level, i) => ({
      name: `${factor.column}=${level}`,
      ingredient: { kind: 'level', groups, level: isReduced ? i + 1 : i },
    }))
  }
  const number = sources.numbers.findIndex(({ name }) => name === factor.column)
  const source = sources.numbers[number]
  if (source === undefined) throw new Error(`no column "${factor.column}" was read`)
  const name = factorText(factor)
  switch (factor.kind) {
    case 'column':
    case 'groups':
      return [{ name, ingredient: { kind: 'power', number, power: 1 } }]
    case 'power':
      return [{ name, ingredient: { kind: 'power', number, power: factor.power } }]
    case 'function':
      return [{ name, ingredient: { kind: 'function', number, name: factor.name } }]
    case 'poly': {
      const { shifts, squares } = orthogonalPolynomials(source.values, rowOf, factor.degree)
      return shifts.map((_, k) => ({
        name: `${name}[${k + 1}]`,
        ingredient: {
          kind: 'poly',
          number,
          shifts: shifts.slice(0, k + 1),
          squares: squares.slice(0, k + 2),
        },
      }))
    }
  }
}

/**
 * Kennedy & Gentle, "Statistical Computing", 1980, 8.4.4; R's poly() keeps the same two lists of numbers.
 *
 * A degree past the number of different values has no polynomial: its square is 0, and so are its values.
 */
function orthogonalPolynomials(
  values: Float64Array,
  rowOf: Int32Array,
  degree: number,
): { shifts: number[]; squares: number[] } {
  const n = rowOf.length
  let before = new Float64Array(n)
  let here = new Float64Array(n).fill(1)
  const shifts: number[] = []
  const squares = [n]
  let squareBefore = 1
  for (let k = 0; k < degree; k++) {
    const square = squares[k] as number
    const first = values[rowOf[0] as number] ?? 0
    let moment = 0
    for (let i = 0; i < n; i++)
      moment += ((values[rowOf[i] as number] as number) - first) * (here[i] as number) ** 2
    const shift = square === 0 ? 0 : first + moment / square
    const back = k === 0 || squareBefore === 0 ? 0 : square / squareBefore
    const next = before
    let nextSquare = 0
    for (let i = 0; i < n; i++) {
      const entry =
        ((values[rowOf[i] as number] as number) - shift) * (here[i] as number) - back * (next[i] as number)
      next[i] = entry
      nextSquare += entry * entry
    }
    before = here
    here = next
    squareBefore = square
    shifts.push(shift)
    squares.push(nextSquare)
  }
  return { shifts, squares }
}

export interface Rows {
  /** The rows of the data to use, ascending. */
  readonly rowOf: Int32Array
  readonly target: Float64Array
  /** By row of the data, where rows have weights. */
  readonly weights?: Float64Array
}

export function designOf(
  columns: readonly DesignColumn[],
  sources: Sources,
  { rowOf, target, weights }: Rows,
): Design {
  const tails = new Map<Float64Array, Float64Array>()
  const tailsOf = (values: Float64Array) => {
    let known = tails.get(values)
    if (known === undefined) {
      known = decimalTails(values, rowOf)
      tails.set(values, known)
    }
    return known
  }
  const isAll = rowOf.length === target.length
  const copy = (values: Float64Array, from: number, rows: number, into: Float64Array, at: number) => {
    if (isAll) into.set(values.subarray(from, from + rows), at)
    else for (let i = 0; i < rows; i++) into[at + i] = values[rowOf[from + i] as number] as number
  }
  const plain = (values: Float64Array, from: number, rows: number, block: DesignBlock, j: number) => {
    copy(values, from, rows, block.high, j * block.capacity)
    if (block.low !== undefined) copy(tailsOf(values), from, rows, block.low, j * block.capacity)
  }
  const numbers = sources.numbers.map(({ values }) => values)
  return {
    rows: rowOf.length,
    columns: columns.length,
    isWeighted: weights !== undefined,
    fill(from, rows, block) {
      columns.forEach(({ ingredients }, j) => {
        const [only] = ingredients
        if (ingredients.length === 1 && only?.kind === 'power' && only.power === 1) {
          plain(numbers[only.number] as Float64Array, from, rows, block, j)
          return
        }
        const at = j * block.capacity
        block.high.fill(1, at, at + rows)
        block.low?.fill(0, at, at + rows)
        for (const ingredient of ingredients) {
          multiplyIn(ingredient, sources, rowOf, from, rows, block, at, tailsOf)
        }
      })
      plain(target, from, rows, block, columns.length)
      if (weights !== undefined) {
        copy(weights, from, rows, block.high, (columns.length + 1) * block.capacity)
      }
    },
  }
}

function multiplyIn(
  ingredient: Ingredient,
  sources: Sources,
  rowOf: Int32Array,
  from: number,
  rows: number,
  block: DesignBlock,
  at: number,
  tailsOf: (values: Float64Array) => Float64Array,
): void {
  const { high } = block
  if (ingredient.kind === 'level') {
    const codes = sources.groups[ingredient.groups]?.codes as Int32Array
    for (let i = 0; i < rows; i++) {
      if (codes[rowOf[from + i] as number] === ingredient.level) continue
      high[at + i] = 0
      if (block.low !== undefined) block.low[at + i] = 0
    }
    return
  }
  const values = sources.numbers[ingredient.number]?.values as Float64Array
  if (ingredient.kind === 'power') {
    const tails = block.low === undefined ? undefined : tailsOf(values)
    for (let time = 0; time < ingredient.power; time++) {
      for (let i = 0; i < rows; i++) {
        const row = rowOf[from + i] as number
        multiplyPair(block, at + i, values[row] as number, tails?.[row] ?? 0)
      }
    }
    return
  }
  for (let i = 0; i < rows; i++) {
    multiplyPair(block, at + i, valueOf(ingredient, values[rowOf[from + i] as number] as number), 0)
  }
}

function multiplyPair({ high, low }: DesignBlock, at: number, by: number, byTail: number): void {
  const before = high[at] as number
  const product = before * by
  if (low === undefined) {
    high[at] = product
    return
  }
  const rest = productError(before, by) + (before * byTail + (low[at] as number) * by)
  const whole = product + rest
  high[at] = whole
  low[at] = rest - (whole - product)
}

/** A number of a column that is made from one number of the data. */
export function valueOf(ingredient: Exclude<Ingredient, { kind: 'level' }>, x: number): number {
  switch (ingredient.kind) {
    case 'power':
      return x ** ingredient.power
    case 'function':
      return Math[ingredient.name](x)
    case 'poly': {
      const { shifts, squares } = ingredient
      let before = 0
      let here = 1
      for (let k = 0; k < shifts.length; k++) {
        const back = k === 0 ? 0 : (squares[k] as number) / (squares[k - 1] as number)
        ;[before, here] = [here, (x - (shifts[k] as number)) * here - back * before]
      }
      const square = squares[shifts.length] as number
      return square === 0 ? 0 : here / Math.sqrt(square)
    }
  }
}

/** By how much it changes with one more of the number. */
export function slopeOf(ingredient: Exclude<Ingredient, { kind: 'level' }>, x: number): number {
  switch (ingredient.kind) {
    case 'power':
      return ingredient.power * x ** (ingredient.power - 1)
    case 'function':
      return FUNCTION_SLOPES[ingredient.name](x)
    case 'poly': {
      const { shifts, squares } = ingredient
      let [before, here, slopeBefore, slope] = [0, 1, 0, 0]
      for (let k = 0; k < shifts.length; k++) {
        const back = k === 0 ? 0 : (squares[k] as number) / (squares[k - 1] as number)
        const apart = x - (shifts[k] as number)
        ;[slopeBefore, slope] = [slope, here + apart * slope - back * slopeBefore]
        ;[before, here] = [here, apart * here - back * before]
      }
      const square = squares[shifts.length] as number
      return square === 0 ? 0 : slope / Math.sqrt(square)
    }
  }
}

const FUNCTION_SLOPES: { readonly [name in FunctionName]: (x: number) => number } = {
  log: (x) => 1 / x,
  log10: (x) => 1 / (x * Math.LN10),
  log1p: (x) => 1 / (1 + x),
  sqrt: (x) => 0.5 / Math.sqrt(x),
  exp: (x) => Math.exp(x),
}
