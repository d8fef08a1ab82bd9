/**
 * The tour: `npm start`. The whole example on the fixtures, through the real program, as a person would type it.
 *
 * Each stop shows the command line and runs just that, with the built program and Node; the pipe is a real one.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = join(root, 'dist', 'lode.cjs')
const isTerminal = process.stdout.isTTY === true
const bold = (text) => (isTerminal && !process.env.NO_COLOR ? `\x1b[1m${text}\x1b[0m` : text)

const stops = [
  {
    about: 'Three groups of customers, from two files: clean, merge, cluster in a pipe',
    pipe: [
      'clean fixtures/crm.csv --drop-missing',
      'merge - fixtures/orders.csv --on customer_id',
      'cluster -k 3 --columns age,income,frequency -f table',
    ],
  },
  {
    about: 'Customers that are like nobody else, and dense groups of the others',
    pipe: ['dbscan fixtures/customers.csv --columns age,income -f table'],
  },
  {
    about: 'What is bought together: association rules of the order lines, the strongest first',
    pipe: ['apriori fixtures/orders.csv --id order_id --item product --min-support 0.03 -f table'],
  },
  {
    about: 'What tells where a customer lives: a decision tree',
    pipe: ['tree fixtures/customers.csv --target city --max-depth 3 -f table'],
  },
  {
    about: 'What explains the price that customers pay, and what one of 30 with an income of 60,000 will',
    pipe: [
      'regress fixtures/customers.csv --target price --columns age,income --at age=30,income=60000 -f table',
    ],
  },
  {
    about: 'What customers write about: the leading keywords of a column, by TF-IDF',
    pipe: ['tfidf fixtures/reviews.csv --column comment --stop-words en --top 12 -f table'],
  },
  {
    about: 'The same in Chinese',
    pipe: ['tfidf fixtures/reviews_zh.csv --column comment --top 8 -f table'],
  },
  {
    about: 'What tells bad ratings from good ones',
    pipe: ['tfidf fixtures/reviews.csv --column comment --by rating --stop-words en --top 4 -f table'],
  },
  {
    about:
      'What will be sold next: orders by month, half a year ahead, with the intervals that a back-test gives',
    pipe: ['forecast fixtures/orders.csv --value amount --freq month --horizon 6 -f table'],
  },
]

for (const { about, pipe } of stops) {
  console.log(`\n${bold(about)}\n`)
  console.log(`  $ ${pipe.map((words) => `lode ${words}`).join(' \\\n    | ')}\n`)
  const codes = await run(pipe)
  const failed = codes.findIndex((code) => code !== 0)
  if (failed >= 0) {
    console.error(`\nlode ${pipe[failed]} ended with ${codes[failed]}`)
    process.exit(1)
  }
}
console.log(
  `\nNext: ${bold('npx lode --help')}, or ${bold('npm install -g .')} and then lode on files of your own.`,
)

/** Runs the commands of a pipe at once; gives their exit codes. */
function run(pipe) {
  const children = []
  for (const [i, words] of pipe.entries()) {
    const before = children[i - 1]
    const stdin = before === undefined ? 'ignore' : before.stdout
    const stdout = i === pipe.length - 1 ? 'inherit' : 'pipe'
    const args = [program, ...words.split(' ')]
    children.push(spawn(process.execPath, args, { cwd: root, stdio: [stdin, stdout, 'inherit'] }))
  }
  return Promise.all(children.map((child) => new Promise((done) => child.on('exit', done))))
}
