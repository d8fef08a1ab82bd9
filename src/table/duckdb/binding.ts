/**
 * Loads DuckDB's native binding.
 *
 * `@duckdb/node-bindings` is the C API as DuckDB's own team wraps it. The friendlier `@duckdb/node-api` on top
 * costs 50 ms at start (it builds a class for every type), half of what a small file may take altogether, and
 * hands out values one by one where lode wants whole vectors.
 */
import { createRequire } from 'node:module'

export type Binding = typeof import('@duckdb/node-bindings')

let loaded: Binding | undefined

export function binding(): Binding {
  loaded ??= load()
  return loaded
}

function load(): Binding {
  const require = createRequire(import.meta.url)
  try {
    // Straight to the library of this platform: the package's own entry first asks Node for a diagnostic
    // report to tell glibc from musl (10 ms). npm installs only the one that fits, so the name decides.
    return require(`@duckdb/node-bindings-${process.platform}-${process.arch}/duckdb.node`) as Binding
  } catch {
    return require('@duckdb/node-bindings') as Binding
  }
}

/** The type numbers of DuckDB's C API (duckdb.h, `duckdb_type`) that lode reads. */
export const TYPE = {
  BOOLEAN: 1,
  TINYINT: 2,
  SMALLINT: 3,
  INTEGER: 4,
  BIGINT: 5,
  UTINYINT: 6,
  USMALLINT: 7,
  UINTEGER: 8,
  UBIGINT: 9,
  FLOAT: 10,
  DOUBLE: 11,
  HUGEINT: 16,
  VARCHAR: 17,
  SQLNULL: 36,
} as const
