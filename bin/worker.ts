/** The program of a worker thread (src/kernels/pool.ts): serves the tasks of src/learn/tasks.ts; nothing else. */
import { parentPort } from 'node:worker_threads'
import { serve } from '../src/kernels/worker.ts'
import { tasks } from '../src/learn/tasks.ts'

if (parentPort !== null) serve(parentPort, tasks)
