/** Pipes, sockets, FIFOs and devices, each as a program of its own gets them. */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'lode-stdin-test-'))
const program = join(folder, 'program.mjs')
const file = join(folder, 'small.csv')
const SMALL = { names: ['a', 'b'], rows: 2 }

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('./stdin-program.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  writeFileSync(file, 'a,b\n1,2\n3,4\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a line of bash; gives what the program printed. */
function shell(line: string): unknown {
  const env = { ...process.env, NODE: process.execPath, PROGRAM: program, FILE: file, FOLDER: folder }
  const text = execFileSync('bash', ['-c', line], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(text)
}

const RUN = '"$NODE" "$PROGRAM"'

describe('stdin', () => {
  test.for([
    ['a pipe', `cat "$FILE" | ${RUN} -`],
    ['a slow pipe', `(printf 'a,'; sleep 0.2; printf 'b\\n1,2\\n'; sleep 0.2; printf '3,4') | ${RUN} -`],
    ['a redirect', `${RUN} - < "$FILE"`],
    ['a here-string', `${RUN} - <<< $'a,b\\n1,2\\n3,4'`],
    ['/dev/stdin', `cat "$FILE" | ${RUN} /dev/stdin`],
  ])('%s', ([, line]) => {
    expect(shell(line as string)).toEqual({ label: 'stdin', ...SMALL })
  })

  test('a redirect that has been read from before goes on where it stands', () => {
    expect(shell(`(read -r first; ${RUN} -) < "$FILE"`)).toMatchObject({ label: 'stdin', rows: 2 })
  })

  test('a socket, as Node gives its children', async () => {
    const child = spawn(process.execPath, [program, '-'])
    child.stdin.end('a,b\n1,2\n3,4\n')
    expect(await output(child)).toEqual({ label: 'stdin', ...SMALL })
  })

  test('/dev/null and a closed stdin are empty', () => {
    for (const redirect of ['< /dev/null', '<&-']) {
      expect(shell(`${RUN} - ${redirect}`)).toEqual({
        label: 'error',
        message: 'stdin is empty: it has no header line, and no rows',
      })
    }
  })

  test('a pipe of many megabytes', () => {
    const line = `(echo a,b; seq 1 300000 | sed 's/$/,some text to fill the pipe/') | ${RUN} -`
    expect(shell(line)).toEqual({ label: 'stdin', names: ['a', 'b'], rows: 300_000 })
  })
})

describe('operands that are no regular files', () => {
  test('process substitution', () => {
    expect(shell(`${RUN} <(cat "$FILE")`)).toMatchObject(SMALL)
  })

  test('a named pipe, written to later', () => {
    expect(
      shell(`mkfifo "$FOLDER/fifo"; (sleep 0.2; cat "$FILE" > "$FOLDER/fifo") & ${RUN} "$FOLDER/fifo"`),
    ).toMatchObject(SMALL)
  })
})

describe('nothing hangs', () => {
  test('on a pipe that stays open, when an error is known', async () => {
    const child = spawn(process.execPath, [program, '-'])
    child.stdin.write(Buffer.concat([Buffer.from('BZh9'), Buffer.alloc(1 << 17, 1)]))
    expect(await output(child)).toEqual({
      label: 'error',
      message: 'stdin is packed with bzip2, which lode does not read',
    })
    child.stdin.destroy()
  })

  test.for(['pipe', 'socket', 'fifo'])('on a %s that nobody writes to, when interrupted', async (kind) => {
    const fifo = join(folder, `silent-${kind}`)
    execFileSync('bash', ['-c', 'mkfifo "$0"', fifo])
    const operand = kind === 'fifo' ? fifo : '-'
    // A FIFO open at both ends is a pipe that never ends.
    const stdin = kind === 'pipe' ? openSync(fifo, 'r+') : kind === 'socket' ? 'pipe' : 'ignore'
    const child = spawn(process.execPath, [program, operand], { stdio: [stdin, 'pipe', 'pipe'] })
    child.stderr?.once('data', () => setTimeout(() => child.kill('SIGINT'), 300))
    expect(await output(child)).toEqual({ message: 'interrupted' })
  })
})

/** What the program prints; resolves when it has ended by itself. */
async function output(child: ChildProcess): Promise<unknown> {
  let text = ''
  child.stdout?.on('data', (piece) => (text += String(piece)))
  child.stdin?.on('error', () => undefined)
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code).toBe(0)
  return JSON.parse(text)
}
