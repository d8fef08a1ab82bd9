import { relative } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { expectedOf, findCases, runCase, type CaseResult } from './case.ts'

vi.setConfig({ maxConcurrency: 2 })

/** As text, so that a difference is shown line by line; bytes that are no UTF-8 are held apart by their number. */
function readable({ exit, out, err, files }: CaseResult) {
  const shown = (bytes: Buffer) => ({ text: bytes.toString(), bytes: bytes.length })
  return {
    exit,
    out: shown(out),
    err: shown(err),
    files: Object.fromEntries([...files].map(([path, bytes]) => [path, shown(bytes)])),
  }
}

const cases = await findCases()

describe.concurrent('whole commands', () => {
  test.each(cases.map((folder) => [relative('test/cases', folder), folder] as const))(
    '%s',
    async (_name, folder) => {
      const happened = readable(await runCase(folder))
      expect(happened).toEqual(readable(await expectedOf(folder)))
    },
  )
})
