/** lode's search on baskets in memory: itemset-search.mjs BASKETS SUPPORT OUT CLOCK */
import { readFileSync, writeFileSync } from 'node:fs'
import { basketsOf, findItemsets, minCountOf } from '../../../dist/index.js'

const [, , file, support, out, clock] = process.argv
const separator = file.endsWith('.csv') ? ',' : ' '
const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
const numbers = new Map()
const basket = []
const item = []
lines.forEach((line, b) => {
  for (const name of line.split(separator)) {
    if (name === '') continue
    if (!numbers.has(name)) numbers.set(name, numbers.size)
    basket.push(b)
    item.push(numbers.get(name))
  }
})
const baskets = basketsOf([...numbers.keys()], lines.length, Int32Array.from(basket), Int32Array.from(item))
const minCount = minCountOf({ share: Number(support) }, lines.length)
const question = {
  kind: 'frequent',
  algorithm: 'eclat',
  minCount,
  maxLength: Infinity,
  maxItemsets: Infinity,
}
const started = performance.now()
const itemsets = findItemsets(baskets, question).count.length
const seconds = (performance.now() - started) / 1000
writeFileSync(out, `itemsets\n${itemsets}\n`)
writeFileSync(clock, `${seconds}\n`)
