/**
 * The errors that a person can meet, each with the exit code it ends the program with.
 *
 * In:  what went wrong, as one line; what to do next, as further lines.
 * Out: an Error that the program prints as `lode <command>: <message>` and the help lines indented below.
 * Anything thrown that is not a LodeError is our own bug: exit 70 with the stack.
 */
export interface ErrorDetails {
  /** Stable name for programs (`-f json` prints it): upper case, `E_…`. */
  code?: string
  /** What to do next: lines printed indented below the message. */
  help?: readonly string[]
  cause?: unknown
}

export abstract class LodeError extends Error {
  abstract readonly exitCode: number
  readonly code: string
  readonly help: readonly string[]

  constructor(message: string, fallbackCode: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.code = details.code ?? fallbackCode
    this.help = details.help ?? []
  }
}

/** The command line is at fault: an unknown option, a bad value, a column that the file does not have. */
export class UsageError extends LodeError {
  override readonly exitCode = 2
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, 'E_USAGE', details)
  }
}

/** The data or the files are at fault: a malformed row, a truncated file, a full disk. */
export class DataError extends LodeError {
  override readonly exitCode = 1
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, 'E_DATA', details)
  }
}

/** The engine could not do it: out of memory, out of disk, a failure of its own. */
export class EngineError extends LodeError {
  override readonly exitCode = 1
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, 'E_ENGINE', details)
  }
}

/** It ran, and a rule that the user set does not hold (`--validate`, `--max-rejects`, `--on-fail error`). */
export class RuleBroken extends LodeError {
  override readonly exitCode = 3
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, 'E_RULE', details)
  }
}

/** Stopped from outside: SIGINT (130), SIGTERM (143). */
export class Interrupted extends LodeError {
  readonly signal: 'SIGINT' | 'SIGTERM'
  override readonly exitCode: number
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('interrupted', 'E_INTERRUPTED', {})
    this.signal = signal
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}

/** Arrays whose shapes do not fit each other: a bug of the caller, so not a LodeError. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'
}
