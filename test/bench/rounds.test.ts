import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sameTable } from './agree.ts'
import type { Job, Rival, Run, Site } from './jobs.ts'
import { CommandFailed, footprint, timed } from './measure.ts'
import { median, runJob } from './rounds.ts'
import type { JobResult } from './rounds.ts'
import { markdown, writeDocs } from './table.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'lode-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

const node = process.execPath
const versions = new Map([['node', process.version] as const])
const site: Site = {
  node,
  python: 'none',
  miller: 'none',
  lode: 'none',
  peers: 'none',
  data: () => 'none',
  publicFile: () => 'none',
}

/** A program that writes a text as its table. */
const writes =
  (text: string): Run =>
  (_, out) => ({ argv: [node, '-e', `fs.writeFileSync(${JSON.stringify(out)}, ${JSON.stringify(text)})`] })

const fails: Run = () => ({ argv: [node, '-e', 'console.error("no such column"); process.exit(3)'] })

const rival = (name: string, run: Run, more: Partial<Rival> = {}): Rival => ({
  name,
  program: 'node',
  run,
  agree: sameTable,
  ...more,
})

function runs(lode: Run, ...rivals: Rival[]): Promise<JobResult> {
  const job: Job = { name: 'job', about: 'a job', size: 2, tables: [], lode, rivals }
  return runJob(job, 2, site, versions, 2, path.join(folder, 'out'))
}

describe('no time stands beside a wrong answer', () => {
  test('a rival that gives the same table agrees, one that gives another does not', async () => {
    const { comparisons, trouble } = await runs(
      writes('a\n1\n2\n'),
      rival('same', writes('a\n1.0\n2.0\n')),
      rival('short', writes('a\n1\n')),
    )
    expect(trouble).toBeUndefined()
    expect(comparisons.map((comparison) => comparison.trouble)).toEqual([undefined, '2 rows against 1'])
    expect(comparisons[0]?.timing?.seconds).toHaveLength(2)
  })

  test('a program that fails has no time, and its message is kept', async () => {
    const { lode, trouble, comparisons } = await runs(fails, rival('same', writes('a\n')))
    expect(lode).toBeUndefined()
    expect(trouble).toContain('no such column')
    expect(comparisons[0]?.ratio).toBeUndefined()
  })

  test('a program whose result changes from run to run is in trouble', async () => {
    const unstable: Run = (_, out) => ({
      argv: [node, '-e', `fs.writeFileSync(${JSON.stringify(out)}, 'a\\n' + 'x'.repeat(process.pid))`],
    })
    expect((await runs(unstable)).trouble).toBe('another result in another run')
  })

  test('a program that is not on the machine is skipped, which is no failure', async () => {
    const { comparisons } = await runs(
      writes('a\n'),
      rival('absent', fails, { program: 'Miller', asked: { atLeast: 2 } }),
    )
    expect(comparisons[0]).toMatchObject({ found: false, trouble: undefined, met: undefined })
  })
})

describe('ratios', () => {
  test('times faster where at least so much is asked, times as long where at most', async () => {
    const slow = 200
    const slowly: Run = (_, out) => ({
      argv: [node, '-e', `setTimeout(() => fs.writeFileSync(${JSON.stringify(out)}, 'a\\n'), ${slow})`],
    })
    const { lode, comparisons } = await runs(
      writes('a\n'),
      rival('slow', slowly, { asked: { atLeast: 1 } }),
      rival('slow too', slowly, { asked: { atMost: 1 } }),
    )
    const ours = lode?.median as number
    const [faster, within] = comparisons
    expect(faster?.ratio).toBe((faster?.timing?.median as number) / ours)
    expect(within?.ratio).toBe(ours / (within?.timing?.median as number))
    expect(faster?.timing?.median).toBeGreaterThan(slow / 1000)
  })

  test('the median of an odd and of an even number of runs', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
  })
})

describe('measuring', () => {
  test('a command is timed from spawn to exit, and its memory is that of the whole process', async () => {
    const command = { argv: [node, '-e', 'Buffer.alloc(2e8, 1); setTimeout(() => {}, 100)'] }
    expect(await timed(command)).toBeGreaterThan(0.1)
    const { peakMb } = await footprint(command, path.join(folder, 'footprint'))
    if (peakMb !== undefined) expect(peakMb).toBeGreaterThan(200)
    expect(existsSync(path.join(folder, 'footprint'))).toBe(false)
  })

  test('a program that does not exist is a failed command', async () => {
    await expect(timed({ argv: [path.join(folder, 'nothing')] })).rejects.toThrow(CommandFailed)
  })
})

describe('the document', () => {
  let result: JobResult
  beforeAll(async () => {
    result = await runs(writes('a\n'), rival('other', writes('a\n'), { asked: { atLeast: 1000 } }))
  })

  test('the table says what was asked and that it was not met', async () => {
    expect(await markdown(['a fact'], [result])).toMatch(
      /^- a fact\n\n[^]*\| other +\|[^]*≥ 1000 +\| NO +\| agrees/,
    )
  })

  test('results go between the two comments, again and again, and nothing else changes', async () => {
    const file = path.join(folder, 'benchmarks.md')
    const start = '<!-- results: written by npm run bench -- --write -->'
    writeFileSync(file, `# Head\n\n${start}\n<!-- end of results -->\n\nTail\n`)
    await writeDocs(file, ['one'], [result])
    await writeDocs(file, ['two'], [result])
    const text = readFileSync(file, 'utf8')
    expect(text.startsWith(`# Head\n\n${start}\n\n- two\n`)).toBe(true)
    expect(text.endsWith('|\n\n<!-- end of results -->\n\nTail\n')).toBe(true)
    expect(text).not.toContain('- one')
  })

  test('a document without the comments is an error and stays as it was', async () => {
    const file = path.join(folder, 'other.md')
    writeFileSync(file, '# Head\n')
    await expect(writeDocs(file, [], [result])).rejects.toThrow('has lost the comments')
  })
})
