import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const program = resolve('dist/lode.cjs')
let folder: string
let temporary: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lode-signals-'))
  temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  const rows = Array.from({ length: 20_000 }, (_, i) => `${i},some text to make the rows longer ${i}\n`)
  writeFileSync(join(folder, 'a.csv'), `a,t\n${rows.join('')}`)
  writeFileSync(join(folder, 'b.csv'), `b,u\n${rows.join('')}`)
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function start(...words: string[]): ChildProcess {
  const env = { ...process.env, TMPDIR: temporary }
  return spawn(process.execPath, [program, ...words], { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** 400 million rows: it is at work until it is told to stop. */
function startEndless(): ChildProcess {
  return start('merge', 'a.csv', 'b.csv', '--how', 'cross', '-q', '-o', 'out.csv')
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((done) => child.on('close', (code, signal) => done({ code, signal })))
}

/** Waits until the engine writes: the staged output is there and grows. */
async function isWriting(): Promise<void> {
  for (;;) {
    if (readdirSync(folder).some((name) => name.endsWith('.part'))) return
    await new Promise((done) => setTimeout(done, 20))
  }
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s at work ends with %i and leaves nothing behind', async (signal, code) => {
  writeFileSync(join(folder, 'out.csv'), 'old\n')
  const child = startEndless()
  const end = ended(child)
  await isWriting()
  child.kill(signal)
  expect(await end).toEqual({ code, signal: null })
  expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('old\n')
  expect(readdirSync(folder).sort()).toEqual(['a.csv', 'b.csv', 'out.csv', 'tmp'])
  expect(readdirSync(temporary)).toEqual([])
})

test('SIGINT while it waits for standard input ends it too', async () => {
  const child = start('clean', '--trim')
  const end = ended(child)
  // More than a pipe holds: when all of it is taken, the program is up and reads.
  await new Promise((done) => child.stdin?.write(`a,b\n${'1,2\n'.repeat(1 << 20)}`, done))
  child.kill('SIGINT')
  expect(await end).toEqual({ code: 130, signal: null })
  expect(readdirSync(temporary)).toEqual([])
})

test('what a killed run left is removed by the next one, and its output was never half there', async () => {
  writeFileSync(join(folder, 'out.csv'), 'old\n')
  const child = startEndless()
  const end = ended(child)
  await isWriting()
  child.kill('SIGKILL')
  expect((await end).signal).toBe('SIGKILL')
  expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe('old\n')
  expect(readdirSync(temporary)).toHaveLength(1)
  const next = start('clean', 'a.csv', '--trim', '-q', '-o', 'clean.csv')
  expect((await ended(next)).code).toBe(0)
  expect(readdirSync(temporary)).toEqual([])
})
