/**
 * Long computations in steps, so that whoever runs one may let other work in between: a signal from the keyboard is
 * only heard when JavaScript is not busy.
 *
 * A computation is a generator that yields after every step and returns its result. It has no clock and no signal of
 * its own, and gives the same result however it is run.
 */
export type Steps<Result> = Generator<void, Result>

/** All steps at once. */
export function allAtOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** Step by step, letting other work in after each. @throws the signal's reason once it is aborted */
export async function stepByStep<Result>(
  steps: Steps<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await new Promise<void>((resolve) => void setImmediate(resolve))
    signal?.throwIfAborted()
  }
}
