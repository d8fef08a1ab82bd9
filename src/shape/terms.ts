/**
 * What explains, as text: `age + income + age:income + x^2 + poly(x,3) + C(zone) + log(spend)`.
 *
 * In:  the text after --terms.
 * Out: terms, each a product of factors, in the order they stand; whether the intercept was taken out (`+ 0`, `- 1`).
 *
 * As in R and patsy: `a:b` is the product, `a*b` is a + b + a:b, and a column times itself is that column (its square
 * is `a^2`). A name with one of + : * ^ ( ) , or a quote in it
 * stands in double quotes or backticks.
 */
import { UsageError } from '../base/errors.ts'

export const FUNCTIONS = ['log', 'log10', 'log1p', 'sqrt', 'exp'] as const
export type FunctionName = (typeof FUNCTIONS)[number]

export type Factor =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'power'; readonly column: string; readonly power: number }
  | { readonly kind: 'poly'; readonly column: string; readonly degree: number }
  | { readonly kind: 'function'; readonly column: string; readonly name: FunctionName }
  /** C(column): its numbers are names of groups. */
  | { readonly kind: 'groups'; readonly column: string }

export type Term = readonly Factor[]

export interface Terms {
  readonly terms: readonly Term[]
  readonly intercept: boolean
}

const MOST_POWER = 20
const MOST_FACTORS = 4

type Token = { readonly kind: 'name' | 'mark'; readonly text: string; readonly quoted: boolean }

/** @throws {UsageError} saying what is wrong where; the message goes after the name of the option */
export function parseTerms(text: string): Terms {
  const reader = new Reader(tokens(text), text)
  const terms: Term[] = []
  let intercept = true
  do {
    if (reader.takesConstant('0')) intercept = false
    else if (!reader.takesConstant('1')) {
      const parsed = starred(reader)
      if (parsed.noIntercept) intercept = false
      for (const term of parsed.terms) if (!terms.some((one) => isSame(one, term))) terms.push(term)
    }
  } while (reader.takes('+'))
  reader.end()
  if (terms.length === 0) throw new UsageError(`"${text}" names no column`)
  return { terms, intercept }
}

/** `a*b:c` as its terms. */
function starred(reader: Reader): { terms: Term[]; noIntercept: boolean } {
  const sides = [product(reader)]
  while (reader.takes('*')) sides.push(product(reader))
  let terms: Term[] = []
  for (const { term } of sides) {
    const products = terms.map((one) => once([...one, ...term]))
    terms = [...terms, ...products, term].sort((a, b) => a.length - b.length)
  }
  for (const term of terms) {
    if (term.length > MOST_FACTORS) throw new UsageError(`takes products of at most ${MOST_FACTORS} columns`)
  }
  return { terms, noIntercept: sides.some((side) => side.noIntercept) }
}

function product(reader: Reader): { term: Term; noIntercept: boolean } {
  const parts = [factor(reader)]
  while (reader.takes(':')) parts.push(factor(reader))
  return { term: once(parts.map((part) => part.factor)), noIntercept: parts.some((part) => part.noIntercept) }
}

/** Each factor once. */
function once(term: Term): Term {
  return term.filter((one, i) => term.findIndex((other) => factorText(other) === factorText(one)) === i)
}

function factor(reader: Reader): { factor: Factor; noIntercept: boolean } {
  if (reader.takes('(')) throw reader.wrong('brackets around a sum are not taken; a*b is a + b + a:b')
  const token = reader.name()
  if (!token.quoted && token.text.includes('~')) {
    throw reader.wrong('the target goes to --target; here stands what is right of the ~')
  }
  // `income - 1` takes the intercept out; a column that is called so stands in quotes.
  const [, before] = (token.quoted ? null : /^(.*\S)\s+-\s*1$/s.exec(token.text)) ?? []
  const column = before ?? token.text
  const noIntercept = before !== undefined
  if (!token.quoted && reader.takes('(')) return { factor: called(reader, column), noIntercept }
  if (!reader.takes('^')) return { factor: { kind: 'column', column }, noIntercept }
  const power = reader.whole('a power')
  return { factor: power === 1 ? { kind: 'column', column } : { kind: 'power', column, power }, noIntercept }
}

function called(reader: Reader, name: string): Factor {
  if (name === 'I') throw reader.wrong('I(…) is not needed: age^2 is the square')
  const column = reader.name().text
  if (name === 'poly') {
    if (!reader.takes(',')) throw reader.wrong(`poly takes a column and a degree, as in poly(${column},2)`)
    const degree = reader.whole('a degree')
    reader.close()
    return { kind: 'poly', column, degree }
  }
  const known = FUNCTIONS.find((one) => one === name)
  if (known === undefined && name !== 'C') {
    throw reader.wrong(
      `there is no ${name}(…); there are poly(x,2), C(x), ${FUNCTIONS.map((one) => `${one}(x)`).join(', ')}`,
    )
  }
  reader.close()
  if (known === undefined) return { kind: 'groups', column }
  return { kind: 'function', column, name: known }
}

function isSame(a: Term, b: Term): boolean {
  const [one, other] = [a, b].map((term) => term.map(factorText).sort())
  return one?.join(':') === other?.join(':')
}

export function termText(term: Term): string {
  return term.map(factorText).join(':')
}

export function factorText(factor_: Factor): string {
  switch (factor_.kind) {
    case 'column':
      return factor_.column
    case 'power':
      return `${factor_.column}^${factor_.power}`
    case 'poly':
      return `poly(${factor_.column},${factor_.degree})`
    case 'function':
      return `${factor_.name}(${factor_.column})`
    case 'groups':
      return factor_.column
  }
}

const TOKEN = /\s*(?:"((?:[^"]|"")*)"|`([^`]*)`|([+:*^(),])|([^+:*^(),"`]+))/y

function tokens(text: string): Token[] {
  const found: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (match === null)
      throw new UsageError(`"${text}" has a quote that is not closed, at "${text.slice(at)}"`)
    const [, double, back, mark, bare] = match
    if (mark !== undefined) found.push({ kind: 'mark', text: mark, quoted: false })
    else if (bare !== undefined) found.push({ kind: 'name', text: bare.trim(), quoted: false })
    else found.push({ kind: 'name', text: double?.replaceAll('""', '"') ?? back ?? '', quoted: true })
  }
  return found
}

class Reader {
  #at = 0
  readonly #tokens: readonly Token[]
  readonly #text: string

  constructor(list: readonly Token[], text: string) {
    this.#tokens = list
    this.#text = text
  }

  takes(mark: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'mark' || token.text !== mark) return false
    this.#at++
    return true
  }

  takesConstant(digit: '0' | '1'): boolean {
    const token = this.#tokens[this.#at]
    const next = this.#tokens[this.#at + 1]
    if (token?.kind !== 'name' || token.quoted || token.text !== digit) return false
    if (next !== undefined && next.text !== '+') return false
    this.#at++
    return true
  }

  name(): Token {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'name' || token.text === '') throw this.wrong('a column is missing')
    this.#at++
    return token
  }

  whole(what: string): number {
    const { text } = this.name()
    const number = /^\d+$/.test(text) ? Number(text) : NaN
    if (number >= 1 && number <= MOST_POWER) return number
    throw this.wrong(`${what} is a whole number from 1 to ${MOST_POWER}, not "${text}"`)
  }

  close(): void {
    if (!this.takes(')')) throw this.wrong('a ) is missing')
  }

  end(): void {
    const token = this.#tokens[this.#at]
    if (token !== undefined) throw this.wrong(`"${token.text}" does not belong there`)
  }

  wrong(what: string): UsageError {
    return new UsageError(`"${this.#text}": ${what}`, {
      help: ['Terms look like age + income + age:income + age^2 + poly(income,3) + log(spend).'],
    })
  }
}
