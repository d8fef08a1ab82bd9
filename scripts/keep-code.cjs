/**
 * node keep-code.cjs DIST WORDS…: runs dist/program.cjs with WORDS and keeps the code that V8 compiled for it in
 * DIST/program.cache, which bin/start.cjs hands back to V8.
 *
 * The script is made as start.cjs makes it: V8 takes code only for the same source.
 */
'use strict'
const { readFileSync, writeFileSync } = require('node:fs')
const { createRequire, wrap } = require('node:module')
const { join } = require('node:path')
const { Script } = require('node:vm')

const [dist] = process.argv.splice(2, 1)
const filename = join(dist, 'program.cjs')
// Kept code keeps the name: a bare one, as the folder of the build is not the one that it runs from.
const script = new Script(wrap(readFileSync(filename, 'latin1')), { filename: 'program.cjs' })
const program = { exports: {} }
process.on('exit', (code) => {
  if (code === 0) writeFileSync(join(dist, 'program.cache'), script.createCachedData())
})
script.runInThisContext()(program.exports, createRequire(filename), program, filename, dist)
