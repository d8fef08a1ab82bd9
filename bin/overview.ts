/**
 * What `lode`, `lode --help` and `lode --version` print, without the program: it need not be read for that.
 *
 * Started by bin/start.cjs, which runs the program where this answers false: that says what is wrong with the output.
 */
import { writeSync } from 'node:fs'
import { overviewHelp, versionText } from '../src/cli/overview.ts'

/** @returns whether the words asked for nothing more, and it was printed or nobody wants to read it any more */
export function printedOverview(words: readonly string[]): boolean {
  const [first = '--help', second] = words
  const isHelp = first === '--help' || first === '-h' || (first === 'help' && second === undefined)
  const isVersion = first === '--version' || first === '-V'
  if (!isHelp && !isVersion) return false
  const text = Buffer.from(isHelp ? overviewHelp() : versionText())
  try {
    return writeSync(1, text) === text.length
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPIPE'
  }
}
