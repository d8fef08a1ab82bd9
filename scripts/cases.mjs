/**
 * `npm run cases -- --populate PATH…` writes what the commands of the cases at or under each PATH give now as what
 * they must give. Read the difference before it is committed: it is the only check of a new case.
 *
 * Running the cases is the tests' work: `npx vitest run test/cases.test.ts`, with `-t clean/` for some of them.
 */
import { importTypeScript } from './typescript.mjs'

const [option, ...paths] = process.argv.slice(2)
if (option !== '--populate' || paths.length === 0) {
  process.stderr.write('usage: npm run cases -- --populate PATH…   (for example test/cases/clean)\n')
  process.exit(2)
}

await import('./setup.mjs')
const { findCases, populate } = await importTypeScript('test/case.ts')
for (const path of paths) {
  const folders = await findCases(path)
  if (folders.length === 0) {
    process.stderr.write(`no case at or under ${path}: a case is a folder with a file named cmd\n`)
    process.exitCode = 1
  }
  for (const folder of folders) {
    await populate(folder)
    process.stdout.write(`${folder}\n`)
  }
}
