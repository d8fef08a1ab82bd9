/** The tables of test/reference/tree/make.py, drawn from the same random numbers. */
import { RandomState } from '../../../src/base/random.ts'
import type { Criterion } from '../../../src/learn/tree/criterion.ts'
import type { Feature, NumberFeature, Target } from '../../../src/learn/tree/tree.ts'

export interface MadeTable {
  readonly features: readonly NumberFeature[]
  readonly target: Target
  readonly rows: Int32Array
  readonly options: {
    readonly criterion: Criterion
    readonly maxDepth: number
    readonly minLeaf: number
    readonly minSplit: number
    readonly isBalanced: boolean
  }
}

const KINDS = ['few', 'integers', 'continuous', 'tenths', 'thousands'] as const

export function madeTable(seed: number): MadeTable {
  const random = new RandomState(seed)
  const rows = 20 + random.below(120)
  const width = 1 + random.below(6)
  const kinds = Array.from({ length: width }, () => KINDS[random.below(5)])
  const columns = kinds.map(() => new Float64Array(rows))
  for (let i = 0; i < rows; i++) {
    kinds.forEach((kind, j) => ((columns[j] as Float64Array)[i] = valueOf(kind, random.random())))
  }
  const classes = seed % 3 === 2 ? 0 : 2 + random.below(3)
  const first = columns[0] as Float64Array
  const last = columns[width - 1] as Float64Array
  const drawn = Float64Array.from({ length: rows }, (_, i) => {
    const u = random.random()
    if (classes === 0) {
      const shift = (last[i] as number) > (last[0] as number) ? 5 : 0
      return Math.floor(10 * u) + shift + (seed % 2 === 1 ? 0.25 : 0)
    }
    const lean = (first[i] as number) > (first[0] as number) ? 1 : 0
    return (u < 0.8 ? Math.floor(u * classes) : lean) % classes
  })
  if (seed % 4 === 3) {
    for (let i = 0; i < rows; i++) for (const column of columns) if (random.random() < 0.15) column[i] = NaN
  }
  const criterion = classes === 0 ? 'mse' : seed % 5 === 1 ? 'entropy' : 'gini'
  return {
    features: columns.map((values, j) => ({ kind: 'number', name: `x${j}`, values })),
    target: classes === 0 ? { kind: 'number', name: 'y', values: drawn } : classTarget(drawn),
    rows: Int32Array.from({ length: rows }, (_, i) => i),
    options: {
      criterion,
      maxDepth: random.below(3) === 0 ? Infinity : 2 + random.below(5),
      minLeaf: 1 + (random.below(2) === 0 ? 0 : random.below(5)),
      minSplit: 2 + (random.below(2) === 0 ? 0 : random.below(10)),
      isBalanced: classes > 0 && seed % 7 === 0,
    },
  }
}

function valueOf(kind: (typeof KINDS)[number] | undefined, u: number): number {
  switch (kind) {
    case 'few':
      return Math.floor(u * 3)
    case 'integers':
      return Math.floor(u * 20)
    case 'tenths':
      return Math.floor(u * 100) / 10
    case 'thousands':
      return 50000 + Math.floor(u * 1000000) / 100
    case 'continuous':
    default:
      return u
  }
}

/** The classes that occur, in order, as numpy's unique finds them. */
function classTarget(drawn: Float64Array): Target {
  const present = [...new Set(drawn)].sort((a, b) => a - b)
  return {
    kind: 'classes',
    name: 'y',
    labels: present.map(String),
    codes: Int32Array.from(drawn, (value) => present.indexOf(value)),
  }
}

/** The tables of test/reference/tree/make_weka.py. */
export function madeForWeka(seed: number): {
  readonly features: readonly Feature[]
  readonly target: Target
} {
  const random = new RandomState(seed + 1000)
  const rows = 20 + random.below(180)
  const width = 2 + random.below(5)
  const isNominal = seed % 4 === 0
  const kinds = Array.from({ length: width }, () =>
    isNominal || random.below(2) === 0 ? 2 + random.below(4) : 0,
  )
  const classes = 2 + random.below(3)
  const columns = kinds.map(() => new Float64Array(rows))
  const codes = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    kinds.forEach((levels, j) => {
      const u = random.random()
      const value = levels > 0 ? Math.floor(u * levels) : Math.floor(u * 1000) / 10
      ;(columns[j] as Float64Array)[i] = value
    })
    const u = random.random()
    const first = columns[0]?.[i] as number
    const last = columns[width - 1]?.[i] as number
    const lean =
      ((kinds[0] as number) > 0 ? first : Math.floor(first / 40)) +
      (last > ((kinds[width - 1] as number) > 0 ? 0 : 60) ? 1 : 0)
    codes[i] = u < 0.35 ? Math.floor(u * 3 * classes) % classes : lean % classes
    for (const column of columns) if (seed % 2 === 1 && random.random() < 0.1) column[i] = NaN
  }
  const features = columns.map((values, j): Feature => {
    const levels = kinds[j] as number
    if (levels === 0) return { kind: 'number', name: `a${j}`, values }
    const names = Array.from({ length: levels }, (_, k) => `v${k}`)
    return {
      kind: 'text',
      name: `a${j}`,
      levels: names,
      codes: Int32Array.from(values, (value) => (Number.isNaN(value) ? -1 : value)),
    }
  })
  const labels = Array.from({ length: classes }, (_, c) => `c${c}`)
  return { features, target: { kind: 'classes', name: 'class', labels, codes } }
}
