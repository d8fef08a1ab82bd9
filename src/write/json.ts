/**
 * A report as JSON: the contract with programs.
 *
 * In:  a Report and the version of lode.
 * Out: one object, indented by two, always with the same keys in the same order, ending in a line end. A number
 *      reads back to the same double, as JSON.stringify writes the shortest text that does (−0 as 0).
 */
import type { Json, Report } from '../report/report.ts'

/** @throws {Error} our bug: the report holds NaN or an infinity, which JSON would turn into null in silence */
export function reportJson(report: Report, version: string): string {
  const { command, input, params, result, warnings } = report
  const whole = {
    lode: version,
    command,
    input: {
      files: input.files,
      rows: input.rows,
      columns: input.columns,
      rows_used: input.rows_used,
      columns_used: input.columns_used,
      dropped: input.dropped,
    },
    params,
    result,
    warnings: warnings.map(({ code, message }) => ({ code, message })),
  }
  return `${JSON.stringify(whole, refuseNonFinite, 2)}\n`
}

function refuseNonFinite(key: string, value: Json): Json {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error(`the report holds ${value} under "${key}", which JSON has no number for`)
  }
  return value
}
