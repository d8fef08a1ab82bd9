/**
 * How many digits are right on NIST's Statistical Reference Datasets for linear regression.
 *
 * In:  a folder of NAME.csv (y, then x) and certified.json, which is no part of this project: ../shared/data/nist_strd,
 *      or what LODE_NIST names.
 * Out: a line a set: lode's log relative error of the worst coefficient and of the worst standard error, and those of
 *      the coefficients of the Python peers, where they are installed. 15 is all that is certified.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Site } from './jobs.ts'

const DEGREES: { readonly [name: string]: number } = {
  Norris: 1,
  Pontius: 2,
  NoInt1: 1,
  NoInt2: 1,
  Filip: 10,
}

interface Certified {
  readonly coef: { readonly [name: string]: readonly [string, string] }
}

type Digits = { readonly [program: string]: number }

/** @param root the project's folder @returns lines to print */
export function nistLines(root: string, site: Pick<Site, 'node' | 'lode' | 'python' | 'peers'>): string[] {
  const folder = process.env['LODE_NIST'] ?? path.join(root, '..', 'shared', 'data', 'nist_strd')
  if (!existsSync(path.join(folder, 'certified.json')))
    return [`nist: no data in ${folder}; LODE_NIST names another`]
  const certified = JSON.parse(readFileSync(path.join(folder, 'certified.json'), 'utf8')) as {
    [name: string]: Certified
  }
  const peers = peerDigits(folder, site)
  const lines = Object.entries(certified).map(([name, want]) => {
    const own = lodeDigits(path.join(folder, `${name}.csv`), name, want, site)
    const all = { ...own, ...peers?.[name] }
    const shown = Object.entries(all).map(([program, digits]) => `${program} ${digits.toFixed(1)}`)
    return `  ${name.padEnd(9)} ${shown.join(', ')}`
  })
  const note = peers === undefined ? ['  (no Python with numpy, scikit-learn and statsmodels)'] : []
  return ['nist: right digits of the worst coefficient', ...lines, ...note]
}

function lodeDigits(
  file: string,
  name: string,
  want: Certified,
  { node, lode }: Pick<Site, 'node' | 'lode'>,
): Digits {
  const degree = DEGREES[name] ?? (name.startsWith('Wampler') ? 5 : undefined)
  const terms = Array.from({ length: degree ?? 0 }, (_, i) => `x^${i + 1}`).join(' + ')
  const text = execFileSync(
    node,
    [
      lode,
      'regress',
      file,
      '--target',
      'y',
      '-f',
      'json',
      '-q',
      ...(degree === undefined ? [] : ['--terms', terms]),
      ...(name.startsWith('NoInt') ? ['--no-intercept'] : []),
    ],
    { encoding: 'utf8' },
  )
  const { coefficients } = (
    JSON.parse(text) as { result: { coefficients: { estimate: number | null; std_error: number | null }[] } }
  ).result
  const answers = Object.values(want.coef)
  const worst = (pick: (i: number) => number) => Math.min(15, ...answers.map((_, i) => pick(i)))
  return {
    lode: worst((i) => digitsOf(coefficients[i]?.estimate, answers[i]?.[0])),
    'its errors': worst((i) => digitsOf(coefficients[i]?.std_error, answers[i]?.[1])),
  }
}

function digitsOf(got: number | null | undefined, certified: string | undefined): number {
  const want = Number(certified)
  const error = Math.abs((got ?? Infinity) - want) / (Math.abs(want) || 1)
  return Math.max(0, -Math.log10(error))
}

function peerDigits(
  folder: string,
  { python, peers }: Pick<Site, 'python' | 'peers'>,
): { readonly [name: string]: Digits } | undefined {
  const place = mkdtempSync(path.join(tmpdir(), 'lode-nist-'))
  const out = path.join(place, 'digits.json')
  try {
    execFileSync(python, [path.join(peers, 'nist.py'), folder, out], { stdio: 'ignore' })
    return JSON.parse(readFileSync(out, 'utf8')) as { [name: string]: Digits }
  } catch {
    return undefined
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
