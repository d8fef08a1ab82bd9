/**
 * Starts lode: dist/lode.cjs. Runs program.cjs beside it, with the compiled code that the build kept; where only the
 * overview is asked for, prints that (overview.cjs).
 *
 * A short command is over before it pays to compile it: Node spends 35 of lode's first 100 ms on reading its
 * source. V8 takes compiled code only of its own version and refuses any other, and then compiles as usual: the
 * cache can make the start faster and nothing else.
 */
'use strict'
const { readFileSync } = require('node:fs')
const { createRequire, wrap } = require('node:module')
const { join } = require('node:path')
const { Script } = require('node:vm')

const MAY_BE_OVERVIEW = /^(-h|--help|help|-V|--version)?$/

const words = process.argv.slice(2)
if (!MAY_BE_OVERVIEW.test(words[0] ?? '') || !require('./overview.cjs').printedOverview(words)) runProgram()

function runProgram() {
  const filename = join(__dirname, 'program.cjs')
  const script = new Script(wrap(readFileSync(filename, 'latin1')), {
    filename: 'program.cjs',
    cachedData: keptCode(),
  })
  const program = { exports: {} }
  script.runInThisContext()(program.exports, createRequire(filename), program, filename, __dirname)
}

function keptCode() {
  try {
    return readFileSync(join(__dirname, 'program.cache'))
  } catch {
    return undefined
  }
}
