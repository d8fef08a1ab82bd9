/**
 * Threads that share the jobs of a batch.
 *
 * In:  a task, what its jobs have in common, and the jobs (base/steps.ts), cut by the size of the data.
 * Out: the results in the order of the jobs, the same bits for any number of threads.
 *
 * This thread works too and takes the next job that nobody has taken, as the others do: one counter in shared memory.
 * A worker takes tens of ms to start, so none is started before the pool has been busy for `patienceMs`: small inputs
 * stay on this thread. What a worker did not finish, because it could not start, died or failed, is done here, so that
 * without workers everything still works, and an error is the one that the job itself throws.
 *
 * The program of a worker is bin/worker.ts; its end of the conversation is worker.ts.
 */
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Runner, Task } from '../base/steps.ts'
import type { Answer, Request } from './worker.ts'

interface Settings {
  /** Milliseconds of work after which other threads are started; 0: with the first batch of several jobs. */
  readonly patienceMs?: number
  /** The program of a worker; for tests. */
  readonly workerFile?: URL
}

/** How long this thread works before it hears what else is going on. */
const DEAF_MS = 20

export class ThreadPool implements Runner {
  /** This one among them. */
  readonly threads: number
  readonly #patienceMs: number
  readonly #workerFile: URL
  readonly #helpers = new Set<Helper>()
  #busyMs = 0
  #batches = 0
  /** The batch that is being done. */
  #current: { readonly taken: Int32Array; readonly jobs: number } | undefined
  #mayStart: boolean
  /** Done when the batch before is. */
  #turn: Promise<unknown> = Promise.resolve()

  /** @param threads 1 starts no other */
  constructor(threads: number, { patienceMs = 15, workerFile = programFile() }: Settings = {}) {
    this.threads = threads
    this.#patienceMs = patienceMs
    this.#workerFile = workerFile
    this.#mayStart = threads > 1
  }

  /** Other threads that are there now. */
  get helpers(): number {
    return this.#helpers.size
  }

  /** Share of the jobs of the running batch that were begun, 0 … 100; below 0 where none runs. */
  progress(): number {
    if (this.#current === undefined) return -1
    const { taken, jobs } = this.#current
    return (100 * Math.min(jobs, Atomics.load(taken, 0))) / jobs
  }

  /** Starts so many other threads now, for work that is known to be long; no more than there may be. */
  warm(most: number): void {
    this.#start(Math.min(most, this.threads - 1))
  }

  run<Common, Job, Result>(
    task: Task<Common, Job, Result>,
    common: Common,
    jobs: readonly Job[],
    signal?: AbortSignal,
  ): Promise<Result[]> {
    const result = this.#turn
      .then(() => this.#now(task, common, jobs, signal))
      .finally(() => (this.#current = undefined))
    this.#turn = result.catch(() => {})
    return result
  }

  /** Ends the other threads. */
  async close(): Promise<void> {
    this.#mayStart = false
    await Promise.all([...this.#helpers].map((helper) => helper.end()))
  }

  async #now<Common, Job, Result>(
    task: Task<Common, Job, Result>,
    common: Common,
    jobs: readonly Job[],
    signal: AbortSignal | undefined,
  ): Promise<Result[]> {
    const taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    this.#current = { taken, jobs: jobs.length }
    const request: Request = { batch: ++this.#batches, task: task.name, common, jobs, taken }
    const asked = new Map<Helper, Promise<Answer>>()
    const ask = () => {
      for (const helper of this.#helpers) if (!asked.has(helper)) asked.set(helper, helper.ask(request))
    }
    const results: Result[] = new Array<Result>(jobs.length)
    const isDone = new Uint8Array(jobs.length)
    if (jobs.length > 1) ask()
    let heard = performance.now()
    for (;;) {
      if (signal?.aborted === true) break
      const i = Atomics.add(taken, 0, 1)
      if (i >= jobs.length) break
      const began = performance.now()
      try {
        results[i] = task.run(common, jobs[i] as Job)
        isDone[i] = 1
      } catch {
        // Below it fails again, after all jobs before it: the error is the same for any number of threads.
        break
      }
      const now = performance.now()
      this.#busyMs += now - began
      if (this.#busyMs >= this.#patienceMs && i + 1 < jobs.length) {
        this.#start(Math.min(this.threads - 1, jobs.length - 1))
        ask()
      }
      if (now - heard > DEAF_MS) {
        await new Promise<void>((resolve) => void setImmediate(resolve))
        heard = performance.now()
      }
    }
    // Nobody is to begin another.
    Atomics.store(taken, 0, jobs.length)
    // Who has taken no job is not waited for: a thread that is still starting would hold up a small batch.
    const waiting = new Map(
      [...asked].map(([helper, answer]) => [helper, answer.then((one) => ({ helper, one }))]),
    )
    while (waiting.size > 0 && isDone.includes(0)) {
      const { helper, one } = await Promise.race(waiting.values())
      waiting.delete(helper)
      for (const [i, result] of one.done) {
        results[i] = result as Result
        isDone[i] = 1
      }
    }
    signal?.throwIfAborted()
    for (let i = 0; i < jobs.length; i++) if (isDone[i] === 0) results[i] = task.run(common, jobs[i] as Job)
    return results
  }

  #start(wanted: number): void {
    while (this.#mayStart && this.#helpers.size < wanted) {
      const helper = Helper.start(this.#workerFile, () => {
        this.#helpers.delete(helper as Helper)
        // One that ends by itself would end again.
        this.#mayStart = false
      })
      if (helper === undefined) this.#mayStart = false
      else this.#helpers.add(helper)
    }
  }
}

/** A pool that does everything on this thread, at once. */
export const thisThread: Runner = {
  async run(task, common, jobs, signal) {
    signal?.throwIfAborted()
    return jobs.map((job) => task.run(common, job))
  },
}

/** Beside the bundle, or in dist/ where this runs from the sources. */
function programFile(): URL {
  const beside = new URL('./worker.cjs', import.meta.url)
  return existsSync(beside) ? beside : new URL('../../dist/worker.cjs', import.meta.url)
}

/** Nothing done: this thread does it. */
const NOTHING: Answer = { batch: 0, done: [] }

/** One other thread. */
class Helper {
  readonly #worker: Worker
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #isGone = false

  private constructor(worker: Worker, onEnd: () => void) {
    this.#worker = worker
    const gone = () => {
      if (this.#isGone) return
      this.#isGone = true
      for (const answer of this.#waiting.values()) answer(NOTHING)
      onEnd()
    }
    worker.on('message', (answer: Answer) => {
      this.#waiting.get(answer.batch)?.(answer)
      this.#waiting.delete(answer.batch)
      if (this.#waiting.size === 0) worker.unref()
    })
    worker.on('error', gone)
    worker.on('exit', gone)
    // It must not keep the process alive where nobody waits for it.
    worker.unref()
  }

  /** Undefined where no thread can be started. */
  static start(program: URL, onEnd: () => void): Helper | undefined {
    try {
      return new Helper(new Worker(program, { execArgv: [] }), onEnd)
    } catch {
      return undefined
    }
  }

  ask(request: Request): Promise<Answer> {
    if (this.#isGone) return Promise.resolve(NOTHING)
    return new Promise((resolve) => {
      this.#waiting.set(request.batch, resolve)
      this.#worker.ref()
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker of Node, which has no origin
      this.#worker.postMessage(request)
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
