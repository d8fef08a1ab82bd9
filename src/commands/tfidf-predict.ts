/** The predictor of `tfidf`: the same columns for other texts, in the vocabulary that was learnt. */
import { DataError, UsageError } from '../base/errors.ts'
import { stepByStep } from '../base/steps.ts'
import { count, plural } from '../base/wording.ts'
import { knownTermSteps } from '../learn/corpus.ts'
import { languages } from '../learn/languages.ts'
import { stemLanguages } from '../learn/stems.ts'
import type { SparseRows } from '../learn/terms.ts'
import type { Weighing } from '../learn/tfidf.ts'
import type { Json } from '../report/report.ts'
import type { AddedColumn } from '../table/append.ts'
import { damaged, type Model, type Predictor } from './model.ts'
import {
  componentColumns,
  emptyTexts,
  keywordColumn,
  MOST_DENSE_UNASKED,
  termColumns,
  withoutThose,
} from './tfidf/beside.ts'
import { missingTexts, readTokens } from './tfidf/texts.ts'
import { termRules, type WordRules } from './tfidf/words.ts'

/** What `tfidf` keeps beside the name of its column. */
export type TfidfPart = {
  readonly words: WordRules
  readonly weighing: Weighing
  readonly terms: readonly string[]
  readonly idf: readonly number[]
  readonly per_row: number | null
  readonly dense: boolean
  /** For each component the loadings of the terms. */
  readonly components: readonly (readonly number[])[] | null
}

export const predictTfidf: Predictor = async (request) => {
  const { context, model, relation, places } = request
  const part = partOf(model)
  const { terms, idf, components, per_row: perRow } = part
  const dense = part.dense || (perRow === null && components === null && request.wantsMatrix !== true)
  if (dense && !part.dense && terms.length > MOST_DENSE_UNASKED) {
    throw new UsageError(`${model.file} would add ${count(terms.length)} columns, one for each term`, {
      code: 'E_DENSE',
      help: [
        'Write their weights with --matrix FILE; or make it anew with --components N or --per-row N, or with fewer ' +
          'terms (--max-features N).',
      ],
    })
  }
  const { words } = part
  const { corpus } = await readTokens(context, relation, places[0] as number, { first: words })
  const vocabulary = new Map(terms.map((term, i) => [term, i]))
  const rows = await stepByStep(
    knownTermSteps(corpus, await termRules(words), vocabulary, Float64Array.from(idf), part.weighing),
    context.signal,
    context.pool,
  )
  const column = model.columns[0]?.name ?? ''
  const empty = emptyTexts(rows)
  const missing = await missingTexts(context, relation, places[0] as number, empty)
  const unknown = empty.filter((text) => !missing.has(text))
  const [first] = unknown
  if (request.refusesUnseen && first !== undefined) {
    throw new DataError(
      `${relation.files.join(' and ')} row ${count(first + 1)}, column "${column}": ${model.file} knows no term of this text`,
      {
        code: 'E_UNSEEN',
        help: [`There ${isOrAre(unknown.length)} ${plural(unknown.length, 'such text')} in all.`],
      },
    )
  }
  const numbers = [
    ...(components === null ? [] : componentColumns(scoresOf(rows, components), components.length)),
    ...(dense ? termColumns(rows, terms) : []),
  ]
  const added: AddedColumn[] = [
    ...(perRow === null ? [] : [keywordColumn(rows, perRow, (term) => terms[term] as string)]),
    ...withoutThose(numbers, missing),
  ]
  // A text without a known term has no keyword; its numbers are 0, as they are when a model is made.
  const isOfWords = numbers.length === 0 && perRow !== null
  const without = isOfWords
    ? { no_terms: empty.length }
    : { missing_value: numbers.length === 0 ? 0 : missing.size }
  const zeros = isOfWords ? 0 : unknown.length
  return {
    added,
    without: Object.fromEntries(Object.entries(without).filter(([, texts]) => texts > 0)),
    result: { texts_without_terms: empty.length },
    remarks:
      zeros === 0
        ? []
        : [
            `${plural(zeros, 'text')} ${zeros === 1 ? 'holds' : 'hold'} no term that the model knows: 0 throughout.`,
          ],
    ...(request.wantsMatrix === true ? { matrix: { rows, names: terms, of: column } } : {}),
  }
}

function isOrAre(some: number): string {
  return some === 1 ? 'is' : 'are'
}

/** texts × components, row-major. */
function scoresOf(
  rows: readonly SparseRows<Float64Array>[],
  components: readonly (readonly number[])[],
): Float64Array {
  const texts = rows.reduce((sum, { start }) => sum + start.length - 1, 0)
  const scores = new Float64Array(texts * components.length)
  let at = 0
  for (const { start, column, value } of rows) {
    for (let text = 0; text + 1 < start.length; text++) {
      for (const loadings of components) {
        let sum = 0
        for (let e = start[text] as number; e < (start[text + 1] as number); e++) {
          sum += (value[e] as number) * (loadings[column[e] as number] as number)
        }
        scores[at++] = sum
      }
    }
  }
  return scores
}

/** @throws {DataError} for a part that tfidf can't have written */
function partOf(model: Model): TfidfPart {
  const part = model.part
  if (!isObject(part) || !isWords(part['words']) || !isWeighing(part['weighing'])) {
    throw damaged(model, 'it does not say how texts become terms')
  }
  const { terms, idf, components, per_row: perRow } = part
  if (!isTexts(terms) || !isNumbers(idf) || terms.length !== idf.length) {
    throw damaged(model, 'its terms do not fit their weights')
  }
  const fits = (loadings: Json) => isNumbers(loadings) && loadings.length === terms.length
  if (
    components !== null &&
    !(Array.isArray(components) && components.length > 0 && components.every(fits))
  ) {
    throw damaged(model, 'its components do not fit its terms')
  }
  if ((perRow !== null && !isCount(perRow)) || typeof part['dense'] !== 'boolean') {
    throw damaged(model, 'it does not say which columns it makes')
  }
  return part as unknown as TfidfPart
}

type JsonObject = { readonly [key: string]: Json }

function isWords(words: Json | undefined): boolean {
  if (!isObject(words)) return false
  const { language, rules, least, stopWords: stop, stem, ngrams } = words
  return (
    languages.some((one) => one === language) &&
    isRules(rules) &&
    isCount(least) &&
    isTexts(stop) &&
    (stem === null || stemLanguages.some((one) => one === stem)) &&
    Array.isArray(ngrams) &&
    ngrams.length === 2 &&
    ngrams.every(isCount)
  )
}

function isRules(rules: Json | undefined): boolean {
  if (!isObject(rules)) return false
  const { kind, least, locale, dictionary, spelling } = rules
  if (kind === 'runs' || kind === 'mixed') {
    const isSpelled = spelling === undefined || languages.some((one) => one === spelling)
    return isCount(least) && isSpelled && (kind === 'runs' || isTexts(dictionary))
  }
  if (kind === 'segments') return languages.some((one) => one === locale) && isTexts(dictionary)
  return kind === 'char' || kind === 'char_wb'
}

function isWeighing(weighing: Json | undefined): boolean {
  if (!isObject(weighing)) return false
  const { sublinear, binary, norm } = weighing
  const isNorm = norm === 'l1' || norm === 'l2' || norm === 'none'
  return typeof sublinear === 'boolean' && typeof binary === 'boolean' && isNorm
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isNumbers(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number')
}

function isCount(value: Json | undefined): boolean {
  return Number.isInteger(value) && (value as number) >= 1
}
