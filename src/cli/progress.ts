/** A progress bar on standard error: on a terminal only, and only once half a second has gone. */
import type { Host } from './host.ts'
import type { Segment } from './parse.ts'

const PATIENCE_MS = 500
const STEP_MS = 100
const BAR = 30

interface Watched {
  /** Share of the running work that is done, 0 … 100; below 0 when nobody knows. */
  progress(): number
}

export interface Progress {
  /** How far a file has been read; `total` where that is known. */
  reading(bytes: number, total: number | undefined): void
  /** From here on the bar shows how far the first of these is that knows. */
  watch(...all: readonly Watched[]): void
  /** Takes the bar off the screen for what is to be written; it comes back by itself. */
  hide(): void
  stop(): void
}

export function showProgress(host: Host, chain: readonly Segment[]): Progress {
  const wanted = host.stderr.isTerminal && chain.every(({ common }) => common.progress && !common.quiet)
  return wanted ? new Bar(host) : { reading() {}, watch() {}, hide() {}, stop() {} }
}

class Bar implements Progress {
  readonly #host: Host
  readonly #started = performance.now()
  readonly #timer: NodeJS.Timeout
  /** Below 0 when nobody knows: a bar that stands still says nothing. */
  #percent: () => number = () => -1
  #isDrawn = false

  constructor(host: Host) {
    this.#host = host
    this.#timer = setInterval(() => {
      this.#draw()
    }, STEP_MS)
    this.#timer.unref()
  }

  reading(bytes: number, total: number | undefined): void {
    this.#percent = () => (total === undefined || total === 0 ? 0 : (bytes / total) * 100)
  }

  watch(...all: readonly Watched[]): void {
    this.#percent = () => all.map((one) => one.progress()).find((percent) => percent >= 0) ?? -1
  }

  hide(): void {
    if (this.#isDrawn) this.#host.stderr.write(`\r${' '.repeat(BAR + 5)}\r`)
    this.#isDrawn = false
  }

  stop(): void {
    clearInterval(this.#timer)
    this.hide()
  }

  #draw(): void {
    if (performance.now() - this.#started < PATIENCE_MS) return
    const percent = Math.min(100, this.#percent())
    if (!(percent >= 0)) {
      this.hide()
      return
    }
    const full = Math.round((percent / 100) * BAR)
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`
    this.#host.stderr.write(`\r${bar} ${percent.toFixed(0).padStart(3)}%`)
    this.#isDrawn = true
  }
}
