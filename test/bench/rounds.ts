/**
 * One job: lode and its rivals in turn, and whether they agree.
 *
 * Programs take turns, lode first, so that a machine that slows down slows all of them. Each has one run that
 * is not timed: it warms the file cache, gives CPU and memory, and its result is compared with lode's. Every
 * timed run must leave a file of the same size.
 */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { notCompared } from './agree.ts'
import type { Job, Rival, Run, Site } from './jobs.ts'
import type { Versions } from './machine.ts'
import { CommandFailed, footprint, timed } from './measure.ts'
import type { Footprint } from './measure.ts'

export interface Timing extends Footprint {
  readonly seconds: readonly number[]
  readonly median: number
}

export interface Comparison {
  readonly rival: string
  /** False where the program was not found. */
  readonly found: boolean
  /** Whether its result is one that can be compared with lode's. */
  readonly compared: boolean
  /** None where it was not found or failed. */
  readonly timing: Timing | undefined
  /** Times faster where at least so much is asked, times as long where at most. */
  readonly ratio: number | undefined
  readonly asked: Rival['asked']
  readonly met: boolean | undefined
  /** How good the results are, lode's and its own; none where a job does not say. */
  readonly quality: string | undefined
  /** How its result differs from lode's, or how it failed. */
  readonly trouble: string | undefined
}

export interface JobResult {
  readonly name: string
  readonly about: string
  readonly rows: number
  readonly lode: Timing | undefined
  readonly peakMbBelow: number | undefined
  readonly secondsBelow?: number | undefined
  readonly trouble: string | undefined
  readonly comparisons: readonly Comparison[]
}

/** One program of a job: what it runs, and what is known of it so far. */
interface Contender {
  readonly name: string
  readonly run: Run
  readonly out: string
  footprint: Footprint
  seconds: number[]
  /** Of the file that the first run left. */
  bytes: number
  trouble: string | undefined
  quality?: string
}

/** @param runs timed runs of each program, times what the job repeats @param outFolder emptied and removed */
export async function runJob(
  job: Job,
  rows: number,
  site: Site,
  versions: Versions,
  runs: number,
  outFolder: string,
): Promise<JobResult> {
  rmSync(outFolder, { recursive: true, force: true })
  mkdirSync(outFolder, { recursive: true })
  const contender = (name: string, run: Run, index: number): Contender => ({
    name,
    run,
    out: path.join(outFolder, `${index}.csv`),
    footprint: { cpuSeconds: undefined, peakMb: undefined },
    seconds: [],
    bytes: 0,
    trouble: undefined,
  })
  const lode = contender('lode', job.lode, 0)
  const found = job.rivals.filter((rival) => versions.has(rival.program))
  const rivals = found.map((rival, i) => contender(rival.name, rival.run, i + 1))

  await warmUp(lode, site, outFolder)
  for (const [i, rival] of rivals.entries()) {
    await warmUp(rival, site, outFolder)
    if (rival.trouble !== undefined || lode.trouble !== undefined) continue
    rival.trouble = await (found[i] as Rival).agree(lode.out, rival.out)
    if (job.quality !== undefined) rival.quality = `${job.quality(lode.out)} and ${job.quality(rival.out)}`
  }
  for (let round = 0; round < runs * (job.repeat ?? 1); round++) {
    for (const each of [lode, ...rivals]) await takeTurn(each, site)
  }
  rmSync(outFolder, { recursive: true, force: true })

  const lodeTiming = timingOf(lode)
  return {
    name: job.name,
    about: job.about,
    rows,
    lode: lodeTiming,
    peakMbBelow: job.peakMbBelow,
    secondsBelow: job.secondsBelow,
    trouble: lode.trouble,
    comparisons: job.rivals.map((rival) => {
      const ran = rivals[found.indexOf(rival)]
      return compare(rival, lodeTiming, ran)
    }),
  }
}

async function warmUp(contender: Contender, site: Site, scratchFolder: string): Promise<void> {
  try {
    const command = contender.run(site, contender.out)
    contender.footprint = await footprint(command, path.join(scratchFolder, 'footprint'))
    contender.bytes = sizeOf(contender.out)
  } catch (error) {
    contender.trouble = failure(error)
  }
}

async function takeTurn(contender: Contender, site: Site): Promise<void> {
  if (contender.trouble !== undefined) return
  rmSync(contender.out, { force: true })
  try {
    contender.seconds.push(await timed(contender.run(site, contender.out)))
    if (sizeOf(contender.out) !== contender.bytes) contender.trouble = 'another result in another run'
  } catch (error) {
    contender.trouble = failure(error)
  }
}

/** 0 for a command that leaves no file. */
function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

function failure(error: unknown): string {
  if (error instanceof CommandFailed) return error.message
  throw error
}

function timingOf({ seconds, footprint: { cpuSeconds, peakMb } }: Contender): Timing | undefined {
  return seconds.length === 0 ? undefined : { seconds, median: median(seconds), cpuSeconds, peakMb }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

function compare(rival: Rival, lode: Timing | undefined, ran: Contender | undefined): Comparison {
  const { asked } = rival
  const timing = ran && timingOf(ran)
  const known = {
    rival: rival.name,
    found: ran !== undefined,
    compared: rival.agree !== notCompared,
    timing,
    asked,
    quality: ran?.quality,
    trouble: ran?.trouble,
  }
  if (lode === undefined || timing === undefined) return { ...known, ratio: undefined, met: undefined }
  if (asked !== undefined && 'atMost' in asked) {
    const ratio = lode.median / timing.median
    return { ...known, ratio, met: ratio <= asked.atMost }
  }
  const ratio = timing.median / lode.median
  return { ...known, ratio, met: asked && ratio >= asked.atLeast }
}
