/**
 * Whole commands, from spawn to exit: what a person at a terminal waits for.
 *
 * In:  a command, and where its stdout goes.
 * Out: wall seconds; and, from a run of its own that is not timed, CPU seconds and peak memory. Those come from
 *      GNU time where it is installed, else from /proc while the process lives, else they are unknown.
 */
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'

export interface Command {
  readonly argv: readonly string[]
  /** The file that stdout goes to; it is thrown away where none is named. */
  readonly stdout?: string
  /** A file that the command writes its own seconds to, where a part of its work is what is timed. */
  readonly clock?: string
}

export interface Footprint {
  /** User and system seconds of the process and its children. */
  readonly cpuSeconds: number | undefined
  /** Of the largest process, MB of 10⁶ bytes. */
  readonly peakMb: number | undefined
}

/** A command that failed is no measurement. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
}

/** Wall seconds, or what the command says of itself. @throws {CommandFailed} when it does not end with 0 */
export async function timed(command: Command): Promise<number> {
  const started = process.hrtime.bigint()
  await run(command.argv, command)
  const wall = Number(process.hrtime.bigint() - started) / 1e9
  return command.clock === undefined ? wall : Number(readFileSync(command.clock, 'utf8'))
}

/** CPU and memory. @param scratch a file to use and remove @throws {CommandFailed} as `timed` */
export async function footprint(command: Command, scratch: string): Promise<Footprint> {
  if (gnuTime()) {
    const argv = ['/usr/bin/time', '-f', '%U %S %M', '-o', scratch, ...command.argv]
    try {
      await run(argv, command)
      const [user, system, kilobytes] = readFileSync(scratch, 'utf8').trim().split(' ').map(Number)
      return {
        cpuSeconds: (user as number) + (system as number),
        peakMb: ((kilobytes as number) * 1024) / 1e6,
      }
    } finally {
      rmSync(scratch, { force: true })
    }
  }
  let peak: number | undefined
  await run(command.argv, command, (pid) => {
    peak = highWater(pid) ?? peak
  })
  return { cpuSeconds: undefined, peakMb: peak }
}

let gnuTimeFound: boolean | undefined

function gnuTime(): boolean {
  gnuTimeFound ??= spawnSync('/usr/bin/time', ['-f', '%M', 'true']).status === 0
  return gnuTimeFound
}

/** The kernel's own high-water mark of a living process; its last reading is close to the peak. */
function highWater(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : (Number(kilobytes) * 1024) / 1e6
  } catch {
    return undefined // it has ended, or there is no /proc
  }
}

const WATCH_MS = 5

function run(argv: readonly string[], command: Command, watch?: (pid: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const out = command.stdout === undefined ? undefined : openSync(command.stdout, 'w')
    const [program, ...rest] = argv
    const child = spawn(program as string, rest, { stdio: ['ignore', out ?? 'ignore', 'pipe'] })
    const watching =
      watch === undefined ? undefined : setInterval(() => child.pid && watch(child.pid), WATCH_MS)
    let errors = ''
    child.stderr?.on('data', (text: Buffer) => {
      errors = (errors + text.toString('utf8')).slice(-2000)
    })
    const finish = () => {
      clearInterval(watching)
      if (out !== undefined) closeSync(out)
    }
    child.on('error', (error) => {
      finish()
      reject(new CommandFailed(`${argv.join(' ')}: ${error.message}`))
    })
    child.on('close', (code, signal) => {
      finish()
      if (code === 0) resolve()
      else reject(new CommandFailed(`${argv.join(' ')} ended with ${code ?? signal}\n${errors.trimEnd()}`))
    })
  })
}
