/** A progress bar on standard error: on a terminal only, and only once half a second has gone. */
import type { Host } from './host.ts'
import type { Segment } from './parse.ts'

const PATIENCE_MS = 500
const STEP_MS = 100
const BAR = 30

interface Watched {
  /** Share of the running statement that is done, 0 … 100; below 0 when nobody knows. */
  progress(): number
}

export interface Progress {
  watch(engine: Watched): void
  stop(): void
}

export function showProgress(host: Host, chain: readonly Segment[]): Progress {
  const wanted = host.stderr.isTerminal && chain.every(({ common }) => common.progress && !common.quiet)
  if (!wanted) return { watch: () => {}, stop: () => {} }
  let engine: Watched | undefined
  let drawn = false
  const started = performance.now()
  const draw = () => {
    if (performance.now() - started < PATIENCE_MS) return
    const percent = Math.max(0, engine?.progress() ?? 0)
    const full = Math.round((percent / 100) * BAR)
    host.stderr.write(`\r${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${percent.toFixed(0).padStart(3)}%`)
    drawn = true
  }
  const timer = setInterval(draw, STEP_MS)
  timer.unref()
  return {
    watch: (started_) => void (engine = started_),
    stop() {
      clearInterval(timer)
      if (drawn) host.stderr.write(`\r${' '.repeat(BAR + 5)}\r`)
      drawn = false
    },
  }
}
