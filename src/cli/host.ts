/**
 * What a run has of the world: standard streams, a private folder, signals. Passed in, never global, so that a
 * test or another program can give its own.
 *
 * Signals: the first SIGINT or SIGTERM stops the engine and lets the run clean up after itself (130, 143); the
 * second ends the process at once.
 */
import { fstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Interrupted } from '../base/errors.ts'
import { Sink } from '../write/sink.ts'

export interface Host {
  readonly stdin: { readonly fd: number; readonly isTerminal: boolean }
  readonly stdout: { readonly sink: Sink; readonly isTerminal: boolean; readonly columns: number }
  readonly stderr: { write(text: string): void; readonly isTerminal: boolean; readonly columns: number }
  readonly env: { readonly [name: string]: string | undefined }
  /** Stops what goes on. */
  readonly signal: AbortSignal
  /** A private folder for this run, made when first asked for. */
  scratch(): Promise<string>
  /** Called when a signal came, before the run is told; for what must not wait. */
  onSignal(action: (signal: 'SIGINT' | 'SIGTERM') => void): void
  /** Removes what the run left behind, in any case. */
  onEnd(action: () => void): void
  end(): void
}

const SCRATCH = 'lode-'

/** The host of a real process. */
export function processHost(): Host {
  const ends: (() => void)[] = []
  const onSignals: ((signal: 'SIGINT' | 'SIGTERM') => void)[] = []
  const stop = new AbortController()
  let scratch: string | undefined
  const end = () => {
    for (const action of ends.splice(0)) action()
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
    scratch = undefined
  }
  const heard = (signal: 'SIGINT' | 'SIGTERM') => {
    const stopped = new Interrupted(signal)
    if (stop.signal.aborted) {
      end()
      process.exit(stopped.exitCode)
    }
    stop.abort(stopped)
    for (const action of onSignals) action(signal)
  }
  process.on('SIGINT', heard)
  process.on('SIGTERM', heard)
  return {
    // process.stdin and its like are streams that cost time to make and change the file's mode: ask by number.
    stdin: { fd: 0, isTerminal: isTerminal(0) },
    stdout: { sink: new Sink(1, 'standard output'), isTerminal: isTerminal(1), columns: width(1) },
    stderr: { write: writeToStderr, isTerminal: isTerminal(2), columns: width(2) },
    env: process.env,
    signal: stop.signal,
    async scratch() {
      scratch ??= makeScratch()
      return scratch
    },
    onSignal: (action) => void onSignals.push(action),
    onEnd: (action) => void ends.push(action),
    end,
  }
}

/** node:tty, which brings all of the network with it, is only asked about a device that is not the empty one. */
function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    const found = fstatSync(fd)
    if (process.platform !== 'win32') {
      if (!found.isCharacterDevice() || found.rdev === statSync('/dev/null').rdev) return false
    }
  } catch {
    // Closed, or a system without such a device: tty knows.
  }
  return process.getBuiltinModule('node:tty').isatty(fd)
}

/** Columns of the terminal: what it says, else COLUMNS, else 80. */
function width(fd: 1 | 2): number {
  const stated = Number(process.env['COLUMNS'])
  const otherwise = Number.isSafeInteger(stated) && stated > 20 ? stated : 80
  const columns = isTerminal(fd) ? (fd === 1 ? process.stdout : process.stderr).columns : undefined
  // Some terminals say 0: they don't know.
  return columns === undefined || columns < 1 ? otherwise : columns
}

/** A note that can't be told is no reason to fail: the results are on another stream. */
function writeToStderr(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // Closed, or full for the moment.
  }
}

/** lode-<process>-<random>, readable by us alone. Takes the chance to remove what a killed run left. */
function makeScratch(): string {
  const parent = tmpdir()
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent)) {
    const owner = /^lode-(\d+)-[A-Za-z0-9]{6}$/.exec(name)?.[1]
    if (owner !== undefined && !isRunning(Number(owner))) removeStale(join(parent, name))
  }
  return mkdtempSync(join(parent, `${SCRATCH}${process.pid}-`))
}

function removeStale(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Another user's; theirs to remove.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
