/**
 * A report as one HTML page that needs nothing beside it, for `--report FILE.html`.
 *
 * In:  a Report.
 * Out: the same blocks as on the terminal, whole. Charts are drawn (bars, the tree as a list that folds, the series over
 *      time as SVG); no script, no font, no address is called for, so the page opens from a mail and keeps what it
 *      shows to itself. Light or dark as the reader's system is; wide tables scroll on a phone.
 *
 * Every text of the data is escaped: a cell of a file is text in the page, whatever it holds.
 */
import { basename } from 'node:path'
import { printable } from '../base/printable.ts'
import type {
  BarsBlock,
  Block,
  Report,
  TableBlock,
  TimelineBlock,
  TreeBlock,
  TreeLine,
} from '../report/report.ts'
import { count, figures, listed, plural } from '../base/wording.ts'
import { scaleOf } from './timeline.ts'

/** The `view` of a report and its warnings; ends in a line end. */
export function reportHtml(report: Report): string {
  const { command, input } = report
  const title = `lode ${command} · ${listed(input.files.map((file) => basename(file)))}`
  const warnings = report.warnings.map(({ message }) => `<li>${escaped(message)}</li>`)
  const body = [
    `<header><h1>${escaped(title)}</h1><p>${escaped(sizeOf(report))}</p></header>`,
    ...report.view.map(blockHtml),
    ...(warnings.length === 0
      ? []
      : [
          `<section class="warnings"><h2>${warnings.length === 1 ? 'Warning' : 'Warnings'}</h2><ul>${warnings.join('')}</ul></section>`,
        ]),
  ]
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body><main>',
    ...body,
    '</main></body>',
    '</html>',
    '',
  ].join('\n')
}

function sizeOf({ input }: Report): string {
  const used = input.columns_used.length
  const columns = `${plural(input.columns, 'column')}${used > 0 && used < input.columns ? `, ${count(used)} of them used` : ''}`
  return `${plural(input.rows, 'row')}, ${columns}`
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escaped(block.text)}</h2>`
    case 'paragraph':
      return `<p>${escaped(block.text)}</p>`
    case 'table':
      return figure(block, tableHtml(block))
    case 'bars':
      return figure(block, barsHtml(block))
    case 'tree':
      return figure(block, treeHtml(block))
    case 'timeline':
      return figure(block, timelineHtml(block))
  }
}

function figure({ caption }: TableBlock | BarsBlock | TreeBlock | TimelineBlock, body: string): string {
  const said = caption === undefined ? '' : `<figcaption>${escaped(caption)}</figcaption>`
  return `<figure>${said}${body}</figure>`
}

function tableHtml({ columns, rows }: TableBlock): string {
  const classes = columns.map(({ align }) => (align === 'right' ? ' class="number"' : ''))
  const head = columns.map(({ name }, j) => `<th scope="col"${classes[j]}>${escaped(name)}</th>`)
  const body = rows.map((row) => {
    const cells = columns.map((_, j) => {
      const cell = row[j] ?? null
      return `<td${classes[j]}>${cell === null ? '–' : escaped(cell)}</td>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
}

function barsHtml({ bars }: BarsBlock): string {
  const most = bars.reduce((largest, { value }) => Math.max(largest, value), 0)
  const items = bars.map(({ label, value, text }) => {
    const share = most === 0 ? 0 : value / most
    const bar = `<span class="bar" style="width:${percent(share)}"></span>`
    return `<tr><th scope="row">${escaped(label)}</th><td class="track">${bar}</td><td class="number">${escaped(text)}</td></tr>`
  })
  return `<table class="bars"><tbody>${items.join('\n')}</tbody></table>`
}

/** Parts past as many have no colour of their own. */
const COLOURS = 6
/** Nodes above this depth are open at first. */
const OPEN_DEPTH = 3

/** Each question a list of its answers, which folds. */
function treeHtml({ root, parts }: TreeBlock): string {
  const legend = parts.map(
    (part, i) => `<span class="key"><span class="swatch part${i % COLOURS}"></span>${escaped(part)}</span>`,
  )
  const named = legend.length === 0 ? '' : `<p class="legend">${legend.join(' ')}</p>`
  return `${named}<ul class="tree">${nodesHtml(root)}</ul>`
}

/** Written without recursion: a tree may be deeper than the stack. */
function nodesHtml(root: TreeLine): string {
  const html: string[] = []
  const waiting: ({ readonly node: TreeLine; readonly depth: number } | string)[] = [{ node: root, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') {
      html.push(next)
      continue
    }
    const { node, depth } = next
    const line = `<span class="label">${escaped(node.label)}</span> ${mixHtml(node)} <span class="text">${escaped(node.text)}</span>`
    if (node.children.length === 0) {
      html.push(`<li>${line}</li>`)
      continue
    }
    html.push(`<li><details${depth < OPEN_DEPTH ? ' open' : ''}><summary>${line}</summary><ul>`)
    waiting.push('</ul></details></li>')
    for (const child of node.children.toReversed()) waiting.push({ node: child, depth: depth + 1 })
  }
  return html.join('\n')
}

function mixHtml({ mix }: TreeLine): string {
  const parts = mix.map(
    (share, i) => `<span class="part${i % COLOURS}" style="width:${percent(share)}"></span>`,
  )
  return `<span class="mix">${parts.join('')}</span>`
}

const WIDTH = 720
const HEIGHT = 240
/** Room for the marks at the left and the names below. */
const LEFT = 64
const BELOW = 24
const ABOVE = 10

/** The past as a line, what is expected as another in its band. */
function timelineHtml(block: TimelineBlock): string {
  const scale = scaleOf(block)
  if (scale === undefined) return ''
  const { actual, expected, lower, upper, names } = block
  const periods = actual.length + expected.length
  const x = (period: number) =>
    rounded(LEFT + (periods < 2 ? 0 : (period / (periods - 1)) * (WIDTH - LEFT - 8)))
  const y = (value: number) =>
    rounded(ABOVE + ((scale.high - value) / (scale.high - scale.low)) * (HEIGHT - ABOVE - BELOW))
  const at = (value: number, i: number) => `${x(actual.length + i)},${y(value)}`
  const band = [...upper.map(at), ...lower.map(at).toReversed()]
  const marks = [scale.high, (scale.high + scale.low) / 2, scale.low]
  const lines = figures(marks, 3).map((mark, i) => {
    const height = y(marks[i] as number)
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${height}" y2="${height}"/><text x="${LEFT - 6}" y="${height + 4}" text-anchor="end">${escaped(mark)}</text>`
  })
  const label = `${names[0]} to ${names[2]}, ${plural(expected.length, 'period')} of them expected`
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(label)}">`,
    ...lines,
    band.length === 0 ? '' : `<polygon class="band" points="${band.join(' ')}"/>`,
    ...strokes(actual).map(
      ({ from, values }) =>
        `<polyline class="actual" points="${values.map((value, i) => `${x(from + i)},${y(value)}`).join(' ')}"/>`,
    ),
    `<polyline class="expected" points="${joined(actual.at(-1) ?? null, expected, actual.length, x, y)}"/>`,
    ...periodNames(names, x(actual.length)),
    '</svg>',
  ]
    .filter((line) => line !== '')
    .join('\n')
}

/** Runs of periods that have a value. */
function strokes(values: readonly (number | null)[]): { from: number; values: number[] }[] {
  const runs: { from: number; values: number[] }[] = []
  let isOpen = false
  values.forEach((value, i) => {
    if (value === null) isOpen = false
    else if (isOpen) runs.at(-1)?.values.push(value)
    else {
      runs.push({ from: i, values: [value] })
      isOpen = true
    }
  })
  return runs
}

/** The line of what is expected begins where the past ends. */
function joined(
  last: number | null,
  expected: readonly number[],
  from: number,
  x: (period: number) => number,
  y: (value: number) => number,
): string {
  const start = last === null ? [] : [`${x(from - 1)},${y(last)}`]
  return [...start, ...expected.map((value, i) => `${x(from + i)},${y(value)}`)].join(' ')
}

/** Places apart that a name may take. */
const NAME_ROOM = 90

function periodNames([first, next, last]: TimelineBlock['names'], middle: number): string[] {
  const name = (place: number, anchor: string, text: string) =>
    `<text x="${place}" y="${HEIGHT - 6}" text-anchor="${anchor}">${escaped(text)}</text>`
  const hasRoom = next !== last && middle > LEFT + NAME_ROOM && middle < WIDTH - 1.5 * NAME_ROOM
  return [
    name(LEFT, 'start', first),
    ...(hasRoom ? [name(middle, 'middle', next)] : []),
    name(WIDTH - 8, 'end', last),
  ]
}

function rounded(place: number): number {
  return Math.round(place * 10) / 10
}

function percent(share: number): string {
  return `${rounded(Math.min(1, Math.max(0, share)) * 100)}%`
}

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text of the data as text of the page, with control characters shown. */
function escaped(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string)
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5b6577; --line: #d9dee7; --page: #fff; --tint: #f4f6fa;
  --accent: #2864c8; --p0: #2864c8; --p1: #e0902b; --p2: #2f9e6e; --p3: #b5479b; --p4: #7a5bd0; --p5: #8a94a6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf2; --soft: #9aa5b8; --line: #323a49; --page: #151a23;
  --tint: #1d2430; --accent: #74a3f0; --p0: #74a3f0; --p1: #f0b060; --p2: #66c79a; --p3: #dd85c6; --p4: #ab94f0; --p5: #9aa5b8; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere }
header p, figcaption, .text, .legend { color: var(--soft) }
header p { margin: 0 } p { margin: .5rem 0; overflow-wrap: anywhere }
figure { margin: 1rem 0 } figcaption { margin-bottom: .35rem }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums }
.scroll table { width: 100% }
th, td { padding: .3rem .65rem; text-align: left; vertical-align: top; max-width: 28rem; overflow-wrap: break-word }
.scroll th { background: var(--tint); font-weight: 600; white-space: nowrap }
.scroll tbody tr { border-top: 1px solid var(--line) }
.number { text-align: right; white-space: nowrap }
.bars { width: 100% } .bars th, .bars td { vertical-align: middle } .bars td.number, .bars th { width: 1% }
.bars th { font-weight: 400; white-space: nowrap; max-width: 24rem; overflow: hidden; text-overflow: ellipsis }
@media (max-width: 40rem) { .bars th { white-space: normal; min-width: 6.5rem; max-width: 10rem; overflow-wrap: anywhere } }
.bar { display: block; height: .8rem; min-width: 1px; background: var(--accent); border-radius: 0 .2rem .2rem 0 }
.tree, .tree ul { list-style: none; margin: 0; padding-left: 1.1rem } .tree { padding-left: 0; font-size: .95rem }
.tree ul { border-left: 1px solid var(--line) } .tree li { padding: .1rem 0 } .tree li > .label { margin-left: .35rem }
summary { cursor: pointer }
.mix { display: inline-flex; width: 5rem; height: .7rem; background: var(--tint); border-radius: .2rem; overflow: hidden; vertical-align: baseline }
.mix span { height: 100% } .swatch { display: inline-block; width: .7rem; height: .7rem; border-radius: .15rem; margin-right: .3rem }
.key { margin-right: .8rem; white-space: nowrap }
.part0 { background: var(--p0) } .part1 { background: var(--p1) } .part2 { background: var(--p2) }
.part3 { background: var(--p3) } .part4 { background: var(--p4) } .part5 { background: var(--p5) }
svg { width: 100%; height: auto; display: block } svg text { fill: var(--soft); font-size: 12px }
.grid { stroke: var(--line) } polyline { fill: none; stroke-width: 2; stroke-linejoin: round }
.actual { stroke: var(--ink) } .expected { stroke: var(--accent) } .band { fill: var(--accent); opacity: .18 }
.warnings { border-left: 3px solid var(--p1); padding-left: .9rem } .warnings ul { padding-left: 1.1rem }
@media print { details:not([open]) > * { display: block } }
`
