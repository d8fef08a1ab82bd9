import type { ReadOptions } from '../../src/table/source.ts'

/** What is read when the command line says nothing. */
export const USUAL: ReadOptions = {
  delimiter: undefined,
  quote: undefined,
  header: true,
  decimal: '.',
  encoding: undefined,
  ragged: 'error',
}
