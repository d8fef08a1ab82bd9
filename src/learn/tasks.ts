/**
 * What other threads can do: each task by its name, loaded by a worker (bin/worker.ts) when it is first called for.
 * A task that is not here is done on the thread that asks for it.
 */
import type { TaskList } from '../kernels/worker.ts'

export const tasks: TaskList = {
  'silhouette/rows': async () => (await import('./silhouette.ts')).silhouetteOfRows,
}
