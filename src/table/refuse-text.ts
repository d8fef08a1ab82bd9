/** A column that is to be one of numbers and holds text. */
import { DataError } from '../base/errors.ts'
import { count } from '../base/wording.ts'
import type { ColumnFacts } from '../kernels/scan.ts'
import { isNumeric, missingCondition, numberCondition } from './cells.ts'
import type { Engine } from './engine.ts'
import { rulesOf, type Relation } from './relation.ts'

const commaDecimal = /^\s*[+-]?\d+,\d+\s*$/

/** @throws {DataError} for a named column that holds text: says where, with the text */
export async function refuseText(
  engine: Engine,
  relation: Relation,
  place: number,
  facts: ColumnFacts,
): Promise<void> {
  if (facts.others + facts.dates === 0 && (facts.numbers > 0 || facts.tokens === 0)) return
  if (isNumeric(facts)) return
  const found = await firstText(engine, relation, place, facts)
  if (found === undefined) return
  const wrong = facts.others + facts.dates + (facts.numbers === 0 ? facts.tokens : 0)
  const more = wrong > 1 ? ` (and ${count(wrong - 1)} more such cells)` : ''
  throw new DataError(
    `column "${relation.columns[place]?.name}" of ${relation.files.join(' and ')} is not numeric: ` +
      `${found.where} holds "${found.text.slice(0, 60)}"${more}`,
    {
      code: 'E_NOT_NUMERIC',
      help: [
        ...(commaDecimal.test(found.text) && rulesOf(relation, place).decimal !== ','
          ? ['Numbers with a decimal comma are read with --decimal ,']
          : []),
        'lode clean --number COL turns such texts into numbers; --na TEXT says what stands for missing.',
      ],
    },
  )
}

/** The first cell of a column that is neither a number nor missing, and its line, or row where there are no lines. */
export async function firstText(
  engine: Engine,
  relation: Relation,
  place: number,
  facts: ColumnFacts,
): Promise<{ readonly where: string; readonly text: string } | undefined> {
  const cell = `c${place}`
  const rules = rulesOf(relation, place)
  const missing = missingCondition(engine.dialect, cell, facts, rules)
  const number = numberCondition(engine.dialect, cell, rules)
  const [[k, text] = []] = await engine.query(
    `select k, ${cell} from ${relation.keyed} where not ${missing} and not ${number} order by k limit 1`,
  )
  if (k === undefined || k === null) return undefined
  const line = relation.lineOf === undefined ? undefined : await relation.lineOf(Number(k))
  const where = line === undefined ? `row ${count(Number(k) + 1)}` : `line ${count(line)}`
  return { where, text: String(text) }
}
