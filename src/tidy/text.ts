/**
 * Steps on texts: blanks, letter case, Unicode forms, and cells that a spreadsheet would run as a formula.
 *
 * In:  SQL of a cell. Out: SQL of its new text. A cell that a step has nothing to do with comes out as it is,
 * and so do missing cells, but that a cell of nothing but blanks becomes an empty one when it is trimmed.
 */
import type { Dialect } from '../table/engine.ts'

/** What people see as blank: Unicode's White_Space, the zero-width space and the byte order mark. */
const BLANKS =
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff'

/** The pattern stands before the trim because the engine's trim reads its list of blanks anew for every cell. */
export function trimmed(dialect: Dialect, cell: string): string {
  const bare = `nullif(trim(both ${dialect.literal(BLANKS)} from ${cell}), '')`
  return `case when ${dialect.matches(cell, `(?s)[${BLANKS}].*|.*[${BLANKS}]`)} then ${bare} else ${cell} end`
}

/** Every run of blanks becomes one space. A cell without one is only looked at, which is cheaper than replacing. */
export function squeezed(dialect: Dialect, cell: string): string {
  const run = `[${BLANKS}]{2,}|[${BLANKS.replace(' ', '')}]`
  const replaced = `regexp_replace(${cell}, ${dialect.literal(run)}, ' ', 'g')`
  return `case when ${dialect.matches(cell, `(?s).*(?:${run}).*`)} then ${replaced} else ${cell} end`
}

/** `change` where the cell has anything beyond ASCII; texts of ASCII are in every Unicode form already. */
export function beyondAscii(dialect: Dialect, cell: string, change: string): string {
  return `case when ${dialect.matches(cell, '[\\x00-\\x7F]*')} then ${cell} else ${change} end`
}

/**
 * The engine changes letters one for one; where one becomes two (straße, STRASSE) the whole of Unicode's mapping is
 * asked for, as `str.upper` of Python has it.
 *
 * @param change SQL of the text in the other case, by the engine
 * @param whole the same by Unicode's whole mapping
 */
export function inCase(dialect: Dialect, cell: string, change: string, whole: string): string {
  return `case when ${dialect.matches(cell, '[\\x00-\\x7F]*')} then ${change} else ${whole} end`
}

const WORD = /[\p{L}\p{M}\p{N}'’]+/gu

/**
 * Each word with a capital first letter and the rest small. After an apostrophe a letter is a capital where a
 * single letter stands before: `O'Brien`, but `it's` → `It's`.
 */
export function titleCase(text: string): string {
  return text.toLowerCase().replaceAll(WORD, (word) => {
    const [first = ''] = word
    const rest = word.slice(first.length)
    // A ligature becomes two letters, of which only the first is a capital: ﬁn, Fin.
    const [capital = '', ...others] = first.toUpperCase()
    return (
      capital +
      others.join('').toLowerCase() +
      rest.replace(/^(['’])(\p{L}{2,})/u, (_, mark: string, name: string) => {
        const [letter = ''] = name
        return mark + letter.toUpperCase() + name.slice(letter.length)
      })
    )
  })
}

/**
 * The text with `'` in front where a spreadsheet would take it for a formula: it starts with = + - @, a tab or
 * a carriage return, and is not just a number such as -5.
 */
export function disarmed(dialect: Dialect, cell: string, isPlainNumber: string): string {
  const first = dialect.literal('=+-@\t\r')
  const starts = `${cell} <> '' and strpos(${first}, substr(${cell}, 1, 1)) > 0`
  return `case when ${starts} and not ${isPlainNumber} then '''' || ${cell} else ${cell} end`
}

/** `disarmed`, for the names of columns. */
export function disarmedName(name: string): string {
  return /^[=+\-@\t\r]/.test(name) ? `'${name}` : name
}
