/**
 * Starts lode: dist/lode.cjs. Runs program.cjs beside it, with the compiled code that the build kept.
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

const filename = join(__dirname, 'program.cjs')
const script = new Script(wrap(readFileSync(filename, 'utf8')), {
  filename: 'program.cjs',
  cachedData: keptCode(),
})
const program = { exports: {} }
script.runInThisContext()(program.exports, createRequire(filename), program, filename, __dirname)

function keptCode() {
  try {
    return readFileSync(join(__dirname, 'program.cache'))
  } catch {
    return undefined
  }
}
