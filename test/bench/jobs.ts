/**
 * What the benchmark runs, as data: a job is what lode does, what others do for the same result, and by how
 * much lode is asked to be faster. A new command adds its jobs to the list at the end.
 *
 * A rival's command is what a user would write: the shortest script that gives the same rows, with the options
 * that make it fast where its manual names some.
 */
import type { TableName } from '../../fixtures/maker.ts'
import type { Agreement } from './agree.ts'
import {
  inertias,
  nearlySameTable,
  nearRows,
  notCompared,
  sameAccuracy,
  sameAnswers,
  sameBytes,
  sameCoefficients,
  sameGroups,
  sameInertia,
  sameLabels,
  sameRows,
  sameTable,
} from './agree.ts'
import type { Command } from './measure.ts'

/** The programs that a job may need; one that is not found is skipped, and said. */
export type Program = 'node' | 'pandas' | 'mlxtend' | 'pyfim' | 'statsmodels' | 'Miller' | 'DuckDB'

export interface Job {
  /** What `--only` takes. */
  readonly name: string
  readonly about: string
  /** The large size, which `--rows` replaces, or a fixed one; none where no data is read. */
  readonly size: 'large' | number
  readonly tables: readonly TableName[]
  /** Public files under ../shared/data, which are no part of the project; where one is absent the job is skipped. */
  readonly publicFiles?: readonly string[]
  readonly lode: Run
  readonly rivals: readonly Rival[]
  /** How good the result in a file is, to stand beside the time. */
  readonly quality?: (out: string) => string
  /** The command is to take no longer on the machine of the figures, seconds. */
  readonly secondsBelow?: number
  /** Peak memory must stay under this, MB. */
  readonly peakMbBelow?: number
  /** Commands of milliseconds are run this many times as often, so that a median means something. */
  readonly repeat?: number
}

/** Makes the command that leaves its table in `out`. */
export type Run = (site: Site, out: string) => Command

export interface Rival {
  readonly name: string
  readonly program: Program
  readonly run: Run
  readonly agree: Agreement
  /** lode is at least so many times faster, or takes at most so many times as long; none: for comparison. */
  readonly asked?: { readonly atLeast: number } | { readonly atMost: number }
}

/** Where things are on this machine. */
export interface Site {
  readonly node: string
  readonly python: string
  readonly miller: string
  /** dist/lode.cjs */
  readonly lode: string
  /** The folder of the rivals' scripts. */
  readonly peers: string
  /** The file of a table, at the size of the job. */
  readonly data: (table: TableName) => string
  /** A public file by its path under ../shared/data; of a packed one, the file unpacked. */
  readonly publicFile: (path: string) => string
}

const lode = (...args: readonly (string | ((site: Site) => string))[]): Run => {
  return (site, out) => ({
    argv: [
      site.node,
      site.lode,
      ...args.map((arg) => (typeof arg === 'string' ? arg : arg(site))),
      '--output',
      out,
    ],
  })
}

const python = (script: string, ...tables: readonly TableName[]): Run => {
  return (site, out) => ({ argv: [site.python, `${site.peers}/${script}`, ...tables.map(site.data), out] })
}

const miller = (verb: (site: Site) => readonly string[]): Run => {
  return (site, out) => ({ argv: [site.miller, '--csv', '-S', ...verb(site)], stdout: out })
}

const file = (table: TableName) => (site: Site) => site.data(table)

/** The report of a command, as JSON. */
const report = (...args: readonly (string | ((site: Site) => string))[]): Run =>
  lode(...args, '--format', 'json')

const REGRESS = ['regress', file('customers'), '--target', 'price', '--columns', 'age,income'] as const

/** A pipe, as a shell makes it. */
const shell = (...parts: readonly Command[]): Command => ({
  argv: ['/bin/sh', '-c', parts.map(({ argv }) => argv.map(quoted).join(' ')).join(' | ')],
})

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** What Node takes to start and end: the floor under every program that runs on it. */
const emptyNode: Omit<Rival, 'asked'> = {
  name: 'node -e 0',
  program: 'node',
  run: (site) => ({ argv: [site.node, '-e', '0'] }),
  agree: notCompared,
}

/** Named one by one, which takes Miller a quarter of the CPU time of a loop over the fields. */
const COMPLETE = 'customer_id name age income frequency recency price city comment signup_date'
  .split(' ')
  .map((column) => `is_not_empty($${column})`)
  .join(' && ')

const MEASURES = ['--columns', 'age,income,frequency,recency'] as const
const FIVE_GROUPS = ['cluster', file('customers'), '-k', '5', ...MEASURES, '--n-init', '10'] as const

/** Peers write a result alone where the name of their output says so. */
const jsonPeer = (script: string): Run => {
  return (site, out) => ({
    argv: [
      '/bin/sh',
      '-c',
      '"$0" "$1" "$2" "$3.json" && mv "$3.json" "$3"',
      site.python,
      `${site.peers}/${script}`,
      site.data('customers'),
      out,
    ],
  })
}

/** Dense groups by two scaled columns, against scikit-learn. */
function dbscanJob(name: string, size: Job['size'], eps: string, secondsBelow: number): Job {
  return {
    name,
    about: `\`lode dbscan customers.csv --columns income,price --eps ${eps} --min-samples 10\`, ${size === 'large' ? '1,000,000' : size.toLocaleString('en')} rows`,
    size,
    tables: ['customers'],
    lode: lode('dbscan', file('customers'), '--columns', 'income,price', '--eps', eps, '--min-samples', '10'),
    rivals: [
      {
        name: 'scikit-learn',
        program: 'pandas',
        run: (site, out) => ({
          argv: [site.python, `${site.peers}/dbscan.py`, site.data('customers'), eps, out],
        }),
        agree: sameLabels,
      },
    ],
    secondsBelow,
    peakMbBelow: 500,
  }
}
const TREE = ['tree', file('customers'), '--target', 'city', '--max-depth', '8'] as const

const CLEAN = ['clean', file('customers'), '--drop-missing'] as const

const GROCERIES = 'groceries/groceries.csv'
const T10I4D100K = 'fimi/T10I4D100K.dat'
const CHESS = 'fimi/chess.dat'
const ONLINE_RETAIL = 'online_retail/online_retail.csv.gz'

const publicFile = (path: string) => (site: Site) => site.publicFile(path)

/** All frequent itemsets of a file of baskets, against a script of pandas and mlxtend. */
function itemsetJob(name: string, path: string, support: string): Job {
  const rival: Run = (site, out) => ({
    argv: [site.python, `${site.peers}/itemsets.py`, site.publicFile(path), support, out],
  })
  return {
    name,
    about: `\`lode apriori ${path} --baskets --min-support ${support} --itemsets\``,
    size: 0,
    tables: [],
    publicFiles: [path],
    lode: lode('apriori', publicFile(path), '--baskets', '--min-support', support, '--itemsets'),
    rivals: [
      { name: 'mlxtend fpgrowth', program: 'mlxtend', run: rival, agree: sameRows, asked: { atLeast: 10 } },
    ],
    peakMbBelow: 500,
  }
}

/** The search by itself, from baskets in memory to itemsets in memory, by the clocks of both programs. */
function searchJob(name: string, path: string, support: string): Job {
  const own = (program: (site: Site) => readonly string[]): Run => {
    return (site, out) => ({
      argv: [...program(site), site.publicFile(path), support, out, `${out}.clock`],
      clock: `${out}.clock`,
    })
  }
  return {
    name,
    about: `search of ${path} alone, support ${support}`,
    size: 0,
    tables: [],
    publicFiles: [path],
    lode: own((site) => [site.node, `${site.peers}/itemset-search.mjs`]),
    rivals: [
      {
        name: 'Borgelt’s eclat',
        program: 'pyfim',
        run: own((site) => [site.python, `${site.peers}/itemset_search.py`]),
        agree: sameTable,
        asked: { atMost: 2 },
      },
    ],
    peakMbBelow: 500,
    repeat: 2,
  }
}

const RULES = ['antecedents', 'consequents'] as const

const HOTELS = 'reviews/ChnSentiCorp_htl_all.csv'
const TFIDF = ['tfidf', file('customers'), '--column', 'comment'] as const

/** The terms of a column; sums in another order differ in their last digits, and so may the order of the terms. */
const vectorizer: Omit<Rival, 'asked'> = {
  name: 'scikit-learn',
  program: 'pandas',
  run: python('tfidf.py', 'customers'),
  agree: nearRows(['term'], ['df', 'idf', 'mean_tfidf'], 1e-12),
}

export const JOBS: readonly Job[] = [
  {
    name: 'help',
    about: '`lode --help`',
    size: 0,
    tables: [],
    lode: (site, out) => ({ argv: [site.node, site.lode, '--help'], stdout: out }),
    rivals: [{ ...emptyNode, asked: { atMost: 1.3 } }],
    repeat: 4,
  },
  {
    name: 'clean-small',
    about: '`lode clean customers.csv`, 10,000 rows',
    size: 10_000,
    tables: ['customers'],
    lode: lode('clean', file('customers')),
    rivals: [
      { ...emptyNode, asked: { atMost: 2.5 } },
      { name: 'pandas', program: 'pandas', run: python('clean.py', 'customers'), agree: sameTable },
    ],
    repeat: 4,
  },
  {
    name: 'clean',
    about: '`lode clean customers.csv --drop-missing`',
    size: 'large',
    tables: ['customers'],
    lode: lode(...CLEAN),
    rivals: [
      {
        name: 'pandas',
        program: 'pandas',
        run: python('clean.py', 'customers'),
        agree: sameTable,
        asked: { atLeast: 6 },
      },
      {
        name: 'Miller',
        program: 'Miller',
        run: miller((site) => ['filter', COMPLETE, site.data('customers')]),
        agree: sameTable,
        asked: { atLeast: 2 },
      },
      {
        name: 'DuckDB COPY',
        program: 'DuckDB',
        run: (site, out) => ({
          argv: [site.node, `${site.peers}/duckdb-copy.mjs`, site.data('customers'), out],
        }),
        agree: sameTable,
        asked: { atMost: 1.25 },
      },
    ],
    peakMbBelow: 1000,
  },
  {
    name: 'merge',
    about: '`lode merge customers.csv spending.csv --on customer_id`',
    size: 'large',
    tables: ['customers', 'spending'],
    lode: lode('merge', file('customers'), file('spending'), '--on', 'customer_id'),
    rivals: [
      {
        name: 'pandas',
        program: 'pandas',
        run: python('merge.py', 'customers', 'spending'),
        agree: sameTable,
        asked: { atLeast: 4 },
      },
      {
        name: 'Miller',
        program: 'Miller',
        run: miller((site) => {
          const left = ['-f', site.data('customers')]
          return ['join', '-j', 'customer_id', ...left, site.data('spending')]
        }),
        agree: sameRows,
        asked: { atLeast: 4 },
      },
    ],
  },
  {
    name: 'chain',
    about: '`lode clean customers.csv --drop-missing then merge spending.csv --on customer_id`',
    size: 'large',
    tables: ['customers', 'spending'],
    lode: lode(...CLEAN, 'then', 'merge', file('spending'), '--on', 'customer_id'),
    rivals: [
      {
        name: 'the pipe of the two',
        program: 'node',
        run: (site, out) =>
          shell(
            { argv: [site.node, site.lode, 'clean', site.data('customers'), '--drop-missing'] },
            lode('merge', '-', file('spending'), '--on', 'customer_id')(site, out),
          ),
        agree: sameBytes,
        asked: { atLeast: 1.5 },
      },
      {
        name: 'pandas',
        program: 'pandas',
        run: python('clean_merge.py', 'customers', 'spending'),
        agree: sameTable,
      },
    ],
  },
  {
    name: 'cluster',
    about: '`lode cluster customers.csv -k 5`, rows with their groups',
    size: 'large',
    tables: ['customers'],
    lode: lode(...FIVE_GROUPS),
    rivals: [
      {
        name: 'scikit-learn',
        program: 'pandas',
        run: python('cluster.py', 'customers'),
        agree: sameGroups,
        asked: { atLeast: 4 },
      },
    ],
  },
  {
    name: 'cluster-small',
    about: '`lode cluster customers.csv -k 5`, 10,000 rows with their groups',
    size: 10_000,
    tables: ['customers'],
    lode: lode(...FIVE_GROUPS),
    rivals: [
      {
        name: 'scikit-learn',
        program: 'pandas',
        run: python('cluster.py', 'customers'),
        agree: sameGroups,
        asked: { atLeast: 4 },
      },
    ],
    repeat: 2,
  },
  {
    name: 'cluster-report',
    about: '`lode cluster customers.csv -k 5 -f json`, the report alone',
    size: 'large',
    tables: ['customers'],
    lode: lode(...FIVE_GROUPS, '-f', 'json'),
    rivals: [
      {
        name: 'scikit-learn',
        program: 'pandas',
        run: jsonPeer('cluster.py'),
        agree: sameInertia,
        asked: { atLeast: 3 },
      },
    ],
    quality: (out) => `inertia ${inertias(out)[0]?.toFixed(3)}`,
  },
  {
    name: 'cluster-search',
    about: '`lode cluster customers.csv -k auto -f json`, 100,000 rows, against the nine fits alone',
    size: 100_000,
    tables: ['customers'],
    lode: lode('cluster', file('customers'), '-k', 'auto', ...MEASURES, '-f', 'json'),
    rivals: [
      {
        name: 'scikit-learn',
        program: 'pandas',
        run: python('cluster_search.py', 'customers'),
        agree: sameInertia,
        asked: { atMost: 1 },
      },
    ],
    quality: (out) => `inertia ${inertias(out).at(-1)?.toFixed(3)} for 10`,
  },
  dbscanJob('dbscan', 100_000, '0.02', 0.4),
  dbscanJob('dbscan-wide', 100_000, '0.05', 0.4),
  dbscanJob('dbscan-widest', 100_000, '0.2', 0.4),
  dbscanJob('dbscan-large', 'large', '0.01', 2.3),
  {
    name: 'apriori-rules',
    about: '`lode apriori groceries.csv --baskets --min-support 0.001`',
    size: 0,
    tables: [],
    publicFiles: [GROCERIES],
    lode: lode('apriori', publicFile(GROCERIES), '--baskets', '--min-support', '0.001'),
    rivals: [
      {
        name: 'mlxtend fpgrowth',
        program: 'mlxtend',
        run: (site, out) => ({
          argv: [site.python, `${site.peers}/rules.py`, site.publicFile(GROCERIES), '0.001', '0.5', out],
        }),
        agree: nearRows(RULES, ['support', 'confidence', 'lift', 'leverage', 'zhang', 'jaccard'], 1e-12),
        asked: { atLeast: 10 },
      },
    ],
    peakMbBelow: 500,
  },
  itemsetJob('apriori-groceries', GROCERIES, '0.001'),
  itemsetJob('apriori-t10', T10I4D100K, '0.001'),
  itemsetJob('apriori-t10-low', T10I4D100K, '0.0005'),
  itemsetJob('apriori-chess', CHESS, '0.6'),
  searchJob('search-groceries', GROCERIES, '0.001'),
  searchJob('search-t10', T10I4D100K, '0.001'),
  searchJob('search-t10-low', T10I4D100K, '0.0005'),
  searchJob('search-chess', CHESS, '0.6'),
  {
    name: 'apriori-retail',
    about: '`lode apriori online_retail.csv --id InvoiceNo --item StockCode`',
    size: 541_909,
    tables: [],
    publicFiles: [ONLINE_RETAIL],
    lode: lode('apriori', publicFile(ONLINE_RETAIL), '--id', 'InvoiceNo', '--item', 'StockCode'),
    rivals: [
      {
        // Not yet mined, and not yet written: what comes before mlxtend can start.
        name: 'pandas, read and pivot alone',
        program: 'pandas',
        run: (site) => ({ argv: [site.python, `${site.peers}/pivot.py`, site.publicFile(ONLINE_RETAIL)] }),
        agree: notCompared,
        asked: { atLeast: 1 },
      },
    ],
    peakMbBelow: 500,
  },
  {
    name: 'tree-small',
    about: '`lode tree customers.csv --target city --max-depth 8`, 10,000 rows',
    size: 10_000,
    tables: ['customers'],
    lode: lode(...TREE),
    rivals: [
      {
        name: 'pandas and scikit-learn',
        program: 'pandas',
        run: python('tree.py', 'customers'),
        agree: sameAnswers(0.98),
        asked: { atLeast: 4 },
      },
    ],
  },
  {
    name: 'tree',
    about: '`lode tree customers.csv --target city --max-depth 8`',
    size: 'large',
    tables: ['customers'],
    lode: lode(...TREE),
    rivals: [
      {
        name: 'pandas and scikit-learn',
        program: 'pandas',
        run: python('tree.py', 'customers'),
        agree: sameAnswers(0.999),
        asked: { atLeast: 6 },
      },
    ],
  },
  {
    name: 'tree-cv',
    about: '`lode tree customers.csv --target city --max-depth 8 --cv 10 -f json`, 100,000 rows',
    size: 100_000,
    tables: ['customers'],
    lode: lode(...TREE, '--cv', '10', '--format', 'json'),
    rivals: [
      {
        name: 'cross_val_score',
        program: 'pandas',
        run: python('tree_cv.py', 'customers'),
        agree: sameAccuracy(0.01),
        asked: { atLeast: 4 },
      },
    ],
  },
  {
    name: 'regress-report',
    about: '`lode regress customers.csv --target price --columns age,income -f json`',
    size: 'large',
    tables: ['customers'],
    lode: report(...REGRESS),
    rivals: [
      {
        name: 'pandas + scikit-learn',
        program: 'pandas',
        run: python('regress_report.py', 'customers'),
        agree: sameCoefficients,
        asked: { atLeast: 4 },
      },
    ],
    peakMbBelow: 400,
  },
  {
    name: 'regress',
    about: '`lode regress customers.csv --target price --columns age,income`, predictions written',
    size: 'large',
    tables: ['customers'],
    lode: lode(...REGRESS),
    rivals: [
      {
        name: 'pandas + scikit-learn',
        program: 'pandas',
        run: python('regress.py', 'customers'),
        agree: nearlySameTable,
        asked: { atLeast: 4 },
      },
    ],
    peakMbBelow: 400,
  },
  {
    name: 'regress-small',
    about: '`lode regress customers.csv --target price --columns age,income -f json`, 10,000 rows',
    size: 10_000,
    tables: ['customers'],
    lode: report(...REGRESS),
    rivals: [
      {
        name: 'pandas + scikit-learn',
        program: 'pandas',
        run: python('regress_report.py', 'customers'),
        agree: sameCoefficients,
        asked: { atLeast: 5 },
      },
    ],
    repeat: 4,
  },
  {
    name: 'forecast',
    about: '`lode forecast demand.csv --value units --by product`, 20 series of 100 months, 2,000 rows',
    size: 2000,
    tables: ['demand'],
    lode: lode('forecast', file('demand'), '--value', 'units', '--by', 'product'),
    rivals: [
      // Its best ETS form is one of the four members of lode's median: other numbers, for the same question.
      {
        name: 'statsmodels, 15 forms by AICc',
        program: 'statsmodels',
        run: python('forecast.py', 'demand'),
        agree: notCompared,
        asked: { atLeast: 10 },
      },
    ],
  },
  {
    name: 'forecast-many',
    about:
      '`lode forecast demand.csv --value units --by product --threads 2`, 10,000 series of 100 months, back-tested, 1,000,000 rows',
    size: 1_000_000,
    tables: ['demand'],
    lode: lode('forecast', file('demand'), '--value', 'units', '--by', 'product', '--threads', '2'),
    rivals: [],
    secondsBelow: 100,
  },
  {
    name: 'tfidf-small',
    about: '`lode tfidf customers.csv --column comment`, 10,000 rows',
    size: 10_000,
    tables: ['customers'],
    lode: lode(...TFIDF),
    rivals: [{ ...vectorizer, asked: { atLeast: 4 } }],
    repeat: 4,
  },
  {
    name: 'tfidf',
    about: '`lode tfidf customers.csv --column comment`',
    size: 'large',
    tables: ['customers'],
    lode: lode(...TFIDF),
    rivals: [{ ...vectorizer, asked: { atLeast: 5 } }],
    peakMbBelow: 1000,
  },
  {
    name: 'tfidf-zh',
    about: '`lode tfidf ChnSentiCorp_htl_all.csv --column review`, 7,766 Chinese hotel reviews',
    size: 0,
    tables: [],
    publicFiles: [HOTELS],
    lode: lode('tfidf', publicFile(HOTELS), '--column', 'review'),
    rivals: [
      {
        name: 'jieba and scikit-learn',
        program: 'pandas',
        run: (site, out) => ({
          argv: [site.python, `${site.peers}/tfidf_zh.py`, site.publicFile(HOTELS), out],
        }),
        // Each parts Chinese by a dictionary of its own.
        agree: notCompared,
        asked: { atMost: 1 },
      },
    ],
    repeat: 2,
  },
]
