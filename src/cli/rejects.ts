/**
 * The rows that were refused: written to `--rejects FILE` as CSV, counted against `--max-rejects`.
 *
 * The file appears whole at the end of the run, also when a rule was broken: it is what the user needs then.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { RuleBroken } from '../base/errors.ts'
import { plural } from '../base/wording.ts'
import type { Reject } from '../table/source.ts'
import { csvLine } from '../write/csv.ts'
import { isSpecialFile, openSpecialFile, stageFile, writeError, type StagedFile } from '../write/sink.ts'
import type { Host } from './host.ts'
import type { Segment } from './parse.ts'

const FLUSHED_AT = 1 << 16

export class Rejects {
  #count = 0
  #text = ''
  readonly #max: number | undefined
  readonly #file: string | undefined
  readonly #staged: StagedFile | undefined
  readonly #fd: number | undefined

  private constructor(
    max: number | undefined,
    file: string | undefined,
    staged: StagedFile | undefined,
    fd: number | undefined,
  ) {
    this.#max = max
    this.#file = file
    this.#staged = staged
    this.#fd = fd
    if (fd !== undefined) this.#text = csvLine(['file', 'line', 'column', 'reason', 'text'], ',')
  }

  static async open(chain: readonly Segment[], host: Host): Promise<Rejects> {
    const file = chain.map(({ common }) => common.rejects).find((name) => name !== undefined)
    const max = chain.map(({ common }) => common.maxRejects).find((most) => most !== undefined)
    if (file !== undefined && isSpecialFile(file))
      return new Rejects(max, file, undefined, openSpecialFile(file))
    const staged = file === undefined ? undefined : stageFile(file)
    if (staged !== undefined) {
      host.onEnd(() => {
        staged.discard()
      })
    }
    return new Rejects(max, file, staged, staged === undefined ? undefined : openSync(staged.path, 'wx'))
  }

  add({ file, line, column, reason, text }: Reject): void {
    this.#count++
    if (this.#fd === undefined) return
    this.#text += csvLine([file, String(line), column, reason, text], ',')
    if (this.#text.length > FLUSHED_AT) this.#flush(this.#fd)
  }

  async close(): Promise<void> {
    if (this.#fd === undefined) return
    this.#flush(this.#fd)
    if (this.#staged === undefined) return
    closeSync(this.#fd)
    this.#staged.commit()
  }

  /** What to say about them at the end; undefined when there are none. */
  get note(): string | undefined {
    if (this.#count === 0) return undefined
    const where = this.#file === undefined ? '--rejects FILE keeps them' : `they are in ${this.#file}`
    return `${plural(this.#count, 'row was', 'rows were')} refused; ${where}`
  }

  get tooMany(): boolean {
    return this.#max !== undefined && this.#count > this.#max
  }

  /** @throws {RuleBroken} when there are more than `--max-rejects` */
  check(): void {
    if (!this.tooMany) return
    throw new RuleBroken(
      `${plural(this.#count, 'row was', 'rows were')} refused, more than --max-rejects ${this.#max}`,
      {
        code: 'E_MAX_REJECTS',
        help:
          this.#file === undefined
            ? ['--rejects FILE keeps them, with the reasons.']
            : [`They are in ${this.#file}.`],
      },
    )
  }

  #flush(fd: number): void {
    try {
      writeSync(fd, this.#text)
    } catch (cause) {
      throw writeError(this.#file ?? 'the rejects', cause)
    }
    this.#text = ''
  }
}
