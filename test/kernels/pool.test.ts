import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allAtOnce, blocks, shared, stepByStep, type Steps, type Task } from '../../src/base/steps.ts'
import { ThreadPool, thisThread } from '../../src/kernels/pool.ts'
import { sharedFloat64, sharedInt32, sharedUint8 } from '../../src/kernels/shared.ts'
import { tasks } from '../../src/learn/tasks.ts'

/** Writes to each number of a block how often it has been there, and gives the block's length and who did it. */
interface Visit {
  readonly seen: Int32Array
  readonly failsAt?: readonly number[]
}
const here = 1
const visit: Task<Visit, { from: number; to: number }, { rows: number; by: number }> = {
  name: 'visit',
  run({ seen, failsAt }, { from, to }) {
    for (let i = from; i < to; i++) seen[i] = (seen[i] as number) + 1
    if (failsAt?.includes(from) === true) throw new RangeError(`job from ${from}`)
    const until = performance.now() + 2
    while (performance.now() < until);
    return { rows: to - from, by: here }
  },
}
/** The same on another thread, which says that it is another one. */
const workerText = `
const { parentPort } = require('node:worker_threads')
parentPort.on('message', ({ batch, task, common, jobs, taken }) => {
  const done = []
  for (;;) {
    const i = Atomics.add(taken, 0, 1)
    if (i >= jobs.length) break
    const { from, to } = jobs[i]
    for (let row = from; row < to; row++) common.seen[row]++
    if (common.failsAt && common.failsAt.includes(from)) break
    const until = performance.now() + 2
    while (performance.now() < until);
    done.push([i, { rows: to - from, by: 2 }])
  }
  parentPort.postMessage({ batch, done })
})`

let folder: string
const pools: ThreadPool[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lode-pool-'))
})
afterAll(async () => {
  await Promise.all(pools.map((made) => made.close()))
  rmSync(folder, { recursive: true })
})

function pool(threads: number, program = workerText): ThreadPool {
  const file = join(folder, `worker-${pools.length}.cjs`)
  writeFileSync(file, program)
  const made = new ThreadPool(threads, { patienceMs: 0, workerFile: pathToFileURL(file) })
  pools.push(made)
  return made
}

/** Until the workers are up, or for as long as a worker may take on a busy machine. */
async function withHelp(made: ThreadPool): Promise<{ rows: number; by: number }[]> {
  for (let tries = 0; tries < 500; tries++) {
    const results = await made.run(visit, { seen: sharedInt32(40) }, blocks(40, 1))
    if (results.some(({ by }) => by !== here)) return results
  }
  throw new Error('no worker has ever helped')
}

describe('a batch', () => {
  test('gives the results in the order of its jobs, each done once, on several threads', async () => {
    const made = pool(3)
    expect((await withHelp(made)).map(({ rows }) => rows)).toEqual(new Array(40).fill(1))
    const seen = sharedInt32(1000)
    const results = await made.run(visit, { seen }, blocks(1000, 7))
    expect(results.map(({ rows }) => rows)).toEqual(blocks(1000, 7).map(({ from, to }) => to - from))
    expect(seen.every((times) => times === 1)).toBe(true)
    expect(made.helpers).toBe(2)
  })

  test('of one job stays on this thread', async () => {
    const made = pool(3)
    expect(await made.run(visit, { seen: sharedInt32(5) }, blocks(5, 9))).toEqual([{ rows: 5, by: here }])
    expect(made.helpers).toBe(0)
  })

  test('of no job gives nothing', async () => {
    expect(await pool(2).run(visit, { seen: sharedInt32(0) }, [])).toEqual([])
  })

  test('for one thread starts no other', async () => {
    const made = pool(1)
    await made.run(visit, { seen: sharedInt32(50) }, blocks(50, 1))
    expect(made.helpers).toBe(0)
  })

  test('waits for the one before', async () => {
    const made = pool(2)
    const order: number[] = []
    const jobs = blocks(30, 1)
    await Promise.all(
      [1, 2, 3].map((n) => made.run(visit, { seen: sharedInt32(30) }, jobs).then(() => order.push(n))),
    )
    expect(order).toEqual([1, 2, 3])
  })
})

describe('what goes wrong on another thread', () => {
  test('is thrown as the job itself throws it: of the first job that fails, on any number of threads', async () => {
    const made = pool(2)
    await withHelp(made)
    for (const one of [thisThread, made]) {
      const failing = one.run(visit, { seen: sharedInt32(60), failsAt: [20, 21, 50] }, blocks(60, 1))
      await expect(failing).rejects.toThrow(RangeError)
      await expect(failing).rejects.toThrow('job from 20')
    }
  })

  test.each([
    ['a worker that ends at once', 'process.exit(0)'],
    ['a worker that can not be loaded', 'this is no program'],
    [
      'a worker that dies at work',
      `require('node:worker_threads').parentPort.on('message', ({ taken }) => { Atomics.add(taken, 0, 1); process.exit(1) })`,
    ],
  ])('leaves the work to this thread: %s', async (_what, program) => {
    const made = pool(2, program)
    for (let times = 0; times < 20; times++) {
      const results = await made.run(visit, { seen: sharedInt32(20) }, blocks(20, 1))
      expect(results).toEqual(Array.from({ length: 20 }, () => ({ rows: 1, by: here })))
    }
    expect(made.helpers).toBe(0)
  })

  test('a program that is not there leaves the work to this thread', async () => {
    const made = new ThreadPool(2, { patienceMs: 0, workerFile: pathToFileURL(join(folder, 'nothing.cjs')) })
    expect(await made.run(visit, { seen: sharedInt32(9) }, blocks(9, 1))).toHaveLength(9)
  })
})

test('a signal ends a batch with its reason', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(new Error('stopped')), 30)
  const seen = sharedInt32(5000)
  await expect(pool(2).run(visit, { seen }, blocks(5000, 1), stop.signal)).rejects.toThrow('stopped')
  expect(seen.at(-1)).toBe(0)
})

test('shared arrays are zeros that no copy is made of', () => {
  for (const array of [sharedFloat64(3), sharedInt32(3), sharedUint8(3)]) {
    expect([...array]).toEqual([0, 0, 0])
    expect(structuredClone(array).buffer.byteLength).toBe(array.byteLength)
    structuredClone(array)[1] = 7
    expect(array[1]).toBe(7)
  }
})

test('a batch of a computation in steps gets its results, at once or on a pool', async () => {
  function* rowsOf(n: number): Steps<number> {
    const parts = yield* shared(visit, { seen: sharedInt32(n) }, blocks(n, 4))
    return parts.reduce((sum, { rows }) => sum + rows, 0)
  }
  expect(allAtOnce(rowsOf(22))).toBe(22)
  expect(await stepByStep(rowsOf(22), undefined, thisThread)).toBe(22)
  expect(await stepByStep(rowsOf(22), undefined)).toBe(22)
  expect(await stepByStep(rowsOf(22), undefined, pool(2))).toBe(22)
})

test.each(Object.keys(tasks))('the task listed as %s has that name', async (name) => {
  expect((await tasks[name]?.())?.name).toBe(name)
})

test("lode's own worker does a task of the list", async () => {
  const made = new ThreadPool(2, { patienceMs: 0 })
  pools.push(made)
  const n = 3000
  const columns = sharedFloat64(n * 2)
  for (let i = 0; i < n; i++) {
    columns[i] = Math.floor(i / 1000) * 10 + Math.sin(i)
    columns[n + i] = Math.cos(i * 3.7)
  }
  const task = await tasks['silhouette/rows']?.()
  if (task === undefined) throw new Error('there is no task silhouette/rows')
  // A task of the same name that this thread knows and the worker does it otherwise: who did a job can be told.
  let byThis = 0
  const counting = {
    ...task,
    run: (common: unknown, job: unknown) => {
      byThis++
      return task.run(common, job)
    },
  }
  const common = { space: undefined, columns, n, p: 2, begins: Int32Array.of(0, 1000, 2000, 3000) }
  const jobs = blocks(n, 100)
  const alone = await thisThread.run(task, common, jobs)
  for (let tries = 0; tries < 500; tries++) {
    byThis = 0
    expect(await made.run(counting, common, jobs)).toEqual(alone)
    if (byThis < jobs.length) break
  }
  expect(byThis).toBeLessThan(jobs.length)
})
