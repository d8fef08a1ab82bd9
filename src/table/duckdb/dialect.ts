/** DuckDB's spelling of what SQL dialects spell differently. */
import type { Dialect } from '../engine.ts'

/**
 * A plain decimal number. TRY_CAST alone would also take ' 5 ', '1_000', '0x1F', 'nan' and 'inf'; this is
 * RE2, so a bounded time a cell.
 */
const NUMBER = '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?'

export const duckdbDialect: Dialect = {
  keepsScanOrder: true,
  tableRow: 'rowid',
  identifier: (name) => `"${name.replaceAll('"', '""')}"`,
  literal: (text) => `'${text.replaceAll("'", "''")}'`,
  matches: (expr, pattern) => `regexp_full_match(${expr}, '${pattern.replaceAll("'", "''")}')`,
  isNumber: (expr) => `regexp_full_match(${expr}, '${NUMBER}')`,
  toDouble: (expr) => `try_cast(${expr} as double)`,
}
