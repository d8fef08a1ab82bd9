/**
 * `npm run bench`: times lode against what a user would run otherwise. See docs/benchmarks.md.
 */
import { importTypeScript, root } from './typescript.mjs'

const { bench } = await importTypeScript('test/bench/bench.ts')
process.exitCode = await bench(root, process.argv.slice(2))
