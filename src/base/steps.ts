/**
 * Long computations in steps, so that whoever runs one may let other work in between, or share it out: a signal from
 * the keyboard is only heard when JavaScript is not busy, and other threads only help where there are parts to give.
 *
 * A computation is a generator that yields after every step and returns its result. A step that is many parts of one
 * kind is yielded as a Batch and gets the results of the parts back. It has no clock, no signal and no threads of its
 * own, and gives the same result however it is run.
 */
export type Steps<Result> = Generator<Batch | void, Result, unknown>

/**
 * Work that any thread can do: it depends on nothing but what it is given.
 *
 * `common` and the jobs are copied to the other threads, but for typed arrays over shared memory (kernels/shared.ts),
 * which all threads see; so are the results copied back. A task may write to shared arrays where no other job of its
 * batch reads or writes.
 */
export interface Task<Common, Job, Result> {
  /** Its key in the list of tasks of the worker (learn/tasks.ts). */
  readonly name: string
  run(common: Common, job: Job): Result
}

export interface Batch {
  readonly task: Task<never, never, unknown>
  readonly common: unknown
  /** Cut by the size of the data, never by the number of threads: then the result has the same bits on any. */
  readonly jobs: readonly unknown[]
}

/** Who does the jobs of a batch. */
export interface Runner {
  /** The results in the order of the jobs. @throws what the first job that fails throws */
  run<Common, Job, Result>(
    task: Task<Common, Job, Result>,
    common: Common,
    jobs: readonly Job[],
    signal?: AbortSignal,
  ): Promise<Result[]>
}

/** Inside of Steps: hands a batch to whoever runs them. @example const sums = yield* shared(task, common, jobs) */
export function* shared<Common, Job, Result>(
  task: Task<Common, Job, Result>,
  common: Common,
  jobs: readonly Job[],
): Generator<Batch, Result[], unknown> {
  return (yield { task, common, jobs }) as Result[]
}

/** Row ranges of `size` rows, the last one shorter. @example blocks(5, 2) // [{0, 2}, {2, 4}, {4, 5}] */
export function blocks(rows: number, size: number): Block[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => ({
    from: i * size,
    to: Math.min(rows, (i + 1) * size),
  }))
}

/** Rows `from` … `to` − 1. */
export interface Block {
  readonly from: number
  readonly to: number
}

/** All steps at once, on this thread. */
export function allAtOnce<Result>(steps: Steps<Result>): Result {
  let step = steps.next()
  while (step.done !== true) step = steps.next(step.value === undefined ? undefined : here(step.value))
  return step.value
}

function here({ task, common, jobs }: Batch): unknown[] {
  return jobs.map((job) => task.run(common as never, job as never))
}

/**
 * Step by step, letting other work in after each.
 *
 * @param runner does the batches; without one they are done on this thread
 * @throws the signal's reason once it is aborted
 */
export async function stepByStep<Result>(
  steps: Steps<Result>,
  signal: AbortSignal | undefined,
  runner?: Runner,
): Promise<Result> {
  let given: unknown
  for (;;) {
    const step = steps.next(given)
    if (step.done === true) return step.value
    given = step.value === undefined ? undefined : await done(step.value, signal, runner)
    await new Promise<void>((resolve) => void setImmediate(resolve))
    signal?.throwIfAborted()
  }
}

async function done(
  batch: Batch,
  signal: AbortSignal | undefined,
  runner: Runner | undefined,
): Promise<unknown[]> {
  if (runner === undefined) return here(batch)
  return runner.run(batch.task, batch.common as never, batch.jobs as readonly never[], signal)
}
