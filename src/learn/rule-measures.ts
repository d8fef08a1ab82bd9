/**
 * How strong a rule is, by the measures that the field uses.
 *
 * In:  four counts: all baskets, those with the left side, those with the right side, those with both.
 * Out: a number; NaN where the measure is not defined.
 *
 * A measure is data: its name, its formula as the docs print it, and the computation. Formulae are written over the counts,
 * which are exact, and not over shares of them, which are rounded. Where mlxtend and arules define one name differently,
 * `arules` is the other computation.
 *
 * Tan, Kumar & Srivastava, "Selecting the right objective measure for association analysis", Information Systems 29(4),
 * 2004. Names and formulae: mlxtend 0.25 (association_rules.py), arules 1.7 (interestMeasures.R).
 */
import { fisherGreater } from './hypergeometric.ts'

export interface RuleCounts {
  /** All baskets. */
  readonly n: number
  /** With the left side (n when it is empty). */
  readonly a: number
  /** With the right side. */
  readonly c: number
  /** With both. */
  readonly x: number
}

export interface Measure {
  readonly name: string
  /** Over n, a, c, x as above. */
  readonly formula: string
  readonly about: string
  readonly of: (counts: RuleCounts) => number
  /** As arules has it, where that differs. */
  readonly arules?: (counts: RuleCounts) => number
  /** The smaller, the stronger. */
  readonly smallIsStrong?: boolean
}

export type MeasureStyle = 'mlxtend' | 'arules'

const conviction = ({ n, a, c, x }: RuleCounts) => (a * (n - c)) / (n * (a - x))
const certainty = ({ n, a, c, x }: RuleCounts) => (x / a - c / n) / (1 - c / n)

/** x·n − a·c over n²: exact before the division while n is below 94 million. */
const leverage = ({ n, a, c, x }: RuleCounts) => (x * n - a * c) / n / n

/** Those of every rule, in the order of the columns. */
export const MEASURES: readonly Measure[] = [
  { name: 'count', formula: 'x', about: 'baskets that hold both sides', of: ({ x }) => x },
  {
    name: 'support',
    formula: 'x / n',
    about: 'share of all baskets that hold both sides',
    of: ({ n, x }) => x / n,
  },
  {
    name: 'confidence',
    formula: 'x / a',
    about: 'share of the baskets with the left side that hold the right one too',
    of: ({ a, x }) => x / a,
  },
  {
    name: 'lift',
    formula: '(x / a) / (c / n)',
    about: 'how many times as often as by chance both sides meet; 1 is chance',
    of: ({ n, a, c, x }) => (x * n) / (a * c),
  },
  {
    name: 'leverage',
    formula: 'x / n − (a / n)(c / n)',
    about: 'share of all baskets beyond what chance gives',
    of: leverage,
  },
  {
    name: 'conviction',
    formula: '(1 − c / n) / (1 − x / a)',
    about: 'how many times as often the rule would be wrong by chance; inf when it never is',
    of: (counts) => (counts.x === counts.a ? Infinity : conviction(counts)),
    arules: conviction,
  },
  {
    name: 'zhang',
    formula: '(x·n − a·c) / max(x(n − a), a(c − x)); 0 where that divides by 0',
    about: 'from −1 (never together) over 0 (chance) to 1 (never apart)',
    of: ({ n, a, c, x }) => {
      const most = Math.max(x * (n - a), a * (c - x))
      return most === 0 ? 0 : (x * n - a * c) / most
    },
  },
  {
    name: 'jaccard',
    formula: 'x / (a + c − x)',
    about: 'share of the baskets with either side that hold both',
    of: ({ a, c, x }) => x / (a + c - x),
  },
  {
    name: 'kulczynski',
    formula: '(x / a + x / c) / 2',
    about: 'mean of the confidences both ways',
    of: ({ a, c, x }) => (x / a + x / c) / 2,
  },
  {
    name: 'imbalance',
    formula: '|a − c| / (a + c − x)',
    about: '0 when both sides are as frequent, towards 1 the more they differ',
    of: ({ a, c, x }) => Math.abs(a - c) / (a + c - x),
  },
  {
    name: 'p_value',
    formula: 'P(X ≥ x), X hypergeometric (n, a, c)',
    about: 'Fisher’s exact test, one-sided: how likely chance gives as many baskets with both sides',
    of: ({ n, a, c, x }) => fisherGreater(n, a, c, x),
    smallIsStrong: true,
  },
]

/** Others, for `--measures`. */
export const MORE_MEASURES: readonly Measure[] = [
  { name: 'coverage', formula: 'a / n', about: 'support of the left side', of: ({ n, a }) => a / n },
  { name: 'rhs_support', formula: 'c / n', about: 'support of the right side', of: ({ n, c }) => c / n },
  {
    name: 'certainty',
    formula: '(x / a − c / n) / (1 − c / n); 0 (mlxtend) where c = n',
    about: 'how far the left side brings the right one towards sure',
    of: (counts) => (counts.c === counts.n ? 0 : certainty(counts)),
    arules: certainty,
  },
  {
    name: 'added_value',
    formula: 'x / a − c / n',
    about: 'confidence beyond the support of the right side',
    of: ({ n, a, c, x }) => x / a - c / n,
  },
  {
    name: 'cosine',
    formula: 'x / √(a·c)',
    about: 'geometric mean of the confidences both ways',
    of: ({ a, c, x }) => x / Math.sqrt(a * c),
  },
  {
    name: 'max_confidence',
    formula: 'max(x / a, x / c)',
    about: 'the larger of the confidences both ways',
    of: ({ a, c, x }) => Math.max(x / a, x / c),
  },
  {
    name: 'phi',
    formula: '(n·x − a·c) / √(a·c(n − a)(n − c))',
    about: 'correlation of both sides',
    of: ({ n, a, c, x }) => (n * x - a * c) / Math.sqrt(a * c * (n - a) * (n - c)),
  },
  {
    name: 'chi_squared',
    formula: 'n·φ²',
    about: 'Pearson’s χ² with one degree of freedom, not corrected',
    of: ({ n, a, c, x }) => (n * (n * x - a * c) ** 2) / (a * c * (n - a) * (n - c)),
  },
  {
    name: 'odds_ratio',
    formula: 'x(n − a − c + x) / ((a − x)(c − x))',
    about: 'odds of the right side with the left one over those without it',
    of: ({ n, a, c, x }) => (x * (n - a - c + x)) / ((a - x) * (c - x)),
  },
  {
    name: 'relative_risk',
    formula: '(x / a) / ((c − x) / (n − a))',
    about: 'share of the right side with the left one over that without it',
    of: ({ n, a, c, x }) => x / a / ((c - x) / (n - a)),
  },
  {
    name: 'doc',
    formula: 'x / a − (c − x) / (n − a)',
    about: 'difference of confidence: share with the left side less that without it',
    of: ({ n, a, c, x }) => x / a - (c - x) / (n - a),
  },
  {
    name: 'yule_q',
    formula: '(odds ratio − 1) / (odds ratio + 1)',
    about: 'odds ratio from −1 to 1',
    of: ({ n, a, c, x }) => {
      const [together, apart] = [x * (n - a - c + x), (a - x) * (c - x)]
      return (together - apart) / (together + apart)
    },
  },
  {
    name: 'kappa',
    formula: '(n·x + n·x̄ − a·c − ā·c̄) / (n² − a·c − ā·c̄)',
    about: 'Cohen’s agreement of both sides',
    of: ({ n, a, c, x }) => {
      const chance = a * c + (n - a) * (n - c)
      return (n * x + n * (n - a - c + x) - chance) / (n * n - chance)
    },
  },
  {
    name: 'laplace',
    formula: '(x + 1) / (a + 2)',
    about: 'confidence, drawn to a half where there are few baskets',
    of: ({ a, x }) => (x + 1) / (a + 2),
  },
  {
    name: 'importance',
    formula: 'log₁₀ of ((x + 1)(n − a + 2)) / ((c − x + 1)(a + 2))',
    about: 'logarithm of how much likelier the right side is with the left one',
    of: ({ n, a, c, x }) => Math.log10(((x + 1) * (n - a + 2)) / ((c - x + 1) * (a + 2))),
  },
  {
    name: 'sebag',
    formula: 'x / (a − x)',
    about: 'baskets where the rule holds for each where it does not',
    of: ({ a, x }) => x / (a - x),
  },
  {
    name: 'rule_power_factor',
    formula: 'x² / (a·n)',
    about: 'support times confidence',
    of: ({ n, a, x }) => (x * x) / a / n,
  },
  {
    name: 'lerman',
    formula: '(x − a·c / n) / √(a·c / n)',
    about: 'baskets beyond chance in units of their spread',
    of: ({ n, a, c, x }) => (x - (a * c) / n) / Math.sqrt((a * c) / n),
  },
  {
    name: 'j_measure',
    formula: '(x / n) ln(n·x / (a·c)) + ((a − x) / n) ln(n(a − x) / (a(n − c)))',
    about: 'information that the left side gives about the right one, in nats',
    of: ({ n, a, c, x }) =>
      xLogX(x / n, (n * x) / (a * c)) + xLogX((a - x) / n, (n * (a - x)) / (a * (n - c))),
  },
  {
    name: 'gini',
    formula: 'gini impurity of the right side less its mean within and without the left side',
    about: 'how much purer the right side is when the left one is known',
    of: ({ n, a, c, x }) => {
      const squares = (part: number, all: number) =>
        all === 0 ? 0 : (part / all) ** 2 + ((all - part) / all) ** 2
      return (a / n) * squares(x, a) + ((n - a) / n) * squares(c - x, n - a) - squares(c, n)
    },
  },
]

function xLogX(weight: number, ratio: number): number {
  return weight === 0 ? 0 : weight * Math.log(ratio)
}
