/**
 * The other thread's end of a batch: takes jobs that nobody has taken until there are none left.
 *
 * In:  messages of pool.ts.
 * Out: an answer to each, with the results of the jobs that were done here. A job that fails ends the work on its
 *      batch here: the pool does it again itself, for the error.
 */
import type { MessagePort } from 'node:worker_threads'
import type { Task } from '../base/steps.ts'

export interface Request {
  readonly batch: number
  /** Name of the task. */
  readonly task: string
  readonly common: unknown
  readonly jobs: readonly unknown[]
  /** One number: how many of the jobs are taken. */
  readonly taken: Int32Array
}

export interface Answer {
  readonly batch: number
  readonly done: readonly (readonly [job: number, result: unknown])[]
}

/** Tasks by name, each loaded when it is first called for. */
export type TaskList = {
  // oxlint-disable-next-line typescript/no-explicit-any -- each task has types of its own
  readonly [name: string]: () => Promise<Task<any, any, unknown>>
}

export function serve(port: MessagePort, tasks: TaskList): void {
  port.on('message', (request: Request) => {
    void work(request, tasks).then((answer) => port.postMessage(answer))
  })
}

async function work({ batch, task: name, common, jobs, taken }: Request, tasks: TaskList): Promise<Answer> {
  const done: [number, unknown][] = []
  try {
    const task = await tasks[name]?.()
    if (task === undefined) return { batch, done }
    for (;;) {
      const i = Atomics.add(taken, 0, 1)
      if (i >= jobs.length) return { batch, done }
      done.push([i, task.run(common, jobs[i])])
    }
  } catch {
    return { batch, done }
  }
}
