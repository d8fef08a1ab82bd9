/**
 * Lines picked and joined: hand cases on the plain and on the compiled kernel; random files in random blocks tie the
 * two together, and csv-parse and a loop in a loop say what both should give. The compiled one is dist/lines.wasm.
 */
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LineFilter, LineKernel, LineKey, LineSide } from '../../src/kernels/lines.ts'
import { plainLines } from '../../src/kernels/plain-lines.ts'
import { wasmLines } from '../../src/kernels/wasm-lines.ts'

const kernels: [string, () => LineKernel][] = [
  ['plain', plainLines],
  ['compiled', wasmLines],
]

const byte = (character: string): number => character.charCodeAt(0)

function side(
  columns: number,
  more: Partial<LineSide> & { delimiter?: string; quote?: string } = {},
): LineSide {
  const { delimiter = ',', quote = '"', missing = { texts: [], blanks: false }, filter } = more
  return {
    shape: { delimiter: byte(delimiter), quote: quote === '' ? 0 : byte(quote), columns },
    missing,
    filter,
  }
}

/** Gives the lines of a text in blocks of at most this many lines; what comes out, as text. */
function run(kernel: LineKernel, text: string, linesABlock = 1000): string {
  const lines = text.split(/(?<=\n)/)
  const out: Buffer[] = []
  for (let at = 0; at < lines.length; at += linesABlock) {
    const block = Buffer.from(lines.slice(at, at + linesABlock).join(''))
    kernel.room(block.length).set(block)
    for (let from = 0; from < block.length;) {
      from = kernel.run(from, block.length)
      out.push(Buffer.from(kernel.text()))
      if (kernel.changed) return Buffer.concat(out).toString()
    }
  }
  return Buffer.concat(out).toString()
}

const picked = (make: () => LineKernel, text: string, from: LineSide, delimiter = ',') => {
  const kernel = make()
  kernel.select(from, byte(delimiter))
  return run(kernel, text)
}

const keys = (...places: number[]): LineKey[] => places.map((place) => ({ place, hasTexts: false }))

interface JoinCase {
  readonly left: string
  readonly right: string
  readonly widths: readonly [number, number]
  readonly keys?: readonly [LineKey[], LineKey[]]
  readonly added: readonly number[]
  readonly keepUnmatched?: boolean
}

const joined = (
  make: () => LineKernel,
  { left, right, widths, added, keepUnmatched = false, ...more }: JoinCase,
) => {
  const [leftKeys, rightKeys] = more.keys ?? [keys(0), keys(0)]
  const kernel = make()
  kernel.build(side(widths[1]), rightKeys, added, byte(','), right.split('\n').length, 1)
  run(kernel, right)
  kernel.probe(side(widths[0]), leftKeys, keepUnmatched)
  return run(kernel, left)
}

describe.each(kernels)('the %s lines', (_name, make) => {
  test('go out as they came', () => {
    const text = '1,a b,\n2,"x, y",3\n,,\n"","say ""hi""",é\n'
    expect(picked(make, text, side(3))).toBe(text)
  })

  test('lose quotes that nothing asks for, and gain those that a reader needs', () => {
    expect(picked(make, '"a",b"c,"#"\n#1,x "y" z,"q"\n', side(3))).toBe('a,"b""c","#"\n"#1","x ""y"" z",q\n')
  })

  test('where nothing is quoted, quotes are text', () => {
    expect(picked(make, '"a",b\n', side(2, { quote: '' }))).toBe('"""a""",b\n')
  })

  test('end in LF whatever they ended in, and change their delimiter', () => {
    expect(picked(make, '1;"a;b"\r\n2;c,d\r\n', side(2, { delimiter: ';' }))).toBe('1,a;b\n2,"c,d"\n')
  })

  test('are kept where enough cells are there', () => {
    const text = '1,,x\n,,x\n1,2,\n"",2,3\n'
    const looks = Uint8Array.of(1, 1, 0)
    expect(picked(make, text, side(3, { filter: { looks, least: 2 } }))).toBe('1,2,\n')
    expect(picked(make, text, side(3, { filter: { looks, least: 1 } }))).toBe('1,,x\n1,2,\n"",2,3\n')
  })

  test('miss cells by their texts and by blanks where that is said of the column', () => {
    const missing = { texts: [Buffer.from('NA'), Buffer.from('n/a')], blanks: true }
    const text = 'NA,NA\n5,NA\nn/a,1\n   ,1\n"NA",1\nN,1\n'
    const filter = { looks: Uint8Array.of(2, 1), least: 2 }
    expect(picked(make, text, side(2, { missing, filter }))).toBe('5,NA\nN,1\n')
  })

  test('meet on equal keys, left rows in their order and the right ones of each in theirs', () => {
    const left = 'b,1\na,2\nc,3\na,4\n'
    const right = 'a,x\nb,y\na,"z,z"\n'
    const widths = [2, 2] as const
    expect(joined(make, { left, right, widths, added: [1] })).toBe(
      'b,1,y\na,2,x\na,2,"z,z"\na,4,x\na,4,"z,z"\n',
    )
    expect(joined(make, { left, right, widths, added: [0, 1], keepUnmatched: true })).toContain('c,3,,\n')
  })

  test('compare keys by their text, quoted or not, and missing ones meet nothing', () => {
    const left = '"a",1\n"q""q",2\n,3\n"",4\n'
    const right = 'a,x\n"q""q",y\n,z\n'
    expect(joined(make, { left, right, widths: [2, 2], added: [1] })).toBe('a,1,x\n"q""q",2,y\n')
  })

  test('compare several keys apart from each other', () => {
    const left = 'ab,c,1\na,bc,2\n'
    const right = 'x,a,bc\ny,ab,c\n'
    const on: [LineKey[], LineKey[]] = [keys(0, 1), keys(1, 2)]
    expect(joined(make, { left, right, widths: [3, 3], keys: on, added: [0] })).toBe('ab,c,1,y\na,bc,2,x\n')
  })

  test('tell keys of the left that meet nothing, and a sample of those of the right', () => {
    const kernel = make()
    kernel.build(side(2), keys(0), [1], byte(','), 4, 2)
    run(kernel, 'a,1\nb,2\n,3\nd,4\n')
    expect(kernel.sampledKeys()).toEqual([['a'], ['d']])
    kernel.alone(side(1 + 1), keys(0), 4, 2)
    const found: string[][] = []
    kernel.room(20).set(Buffer.from('x,1\nb,1\n"y""",1\nz,1\n'))
    kernel.run(0, 20)
    found.push(...kernel.aloneKeys())
    expect(found).toEqual([['x'], ['y"']])
  })

  test('get text behind them, and stop where there is none left', () => {
    const kernel = make()
    kernel.select(side(2, { filter: { looks: Uint8Array.of(1, 0), least: 1 } }), byte(','))
    const block = Buffer.from('a,"b"\n,x\nc,#\n"d",e\n')
    kernel.behind(Buffer.from(',0,1'), Uint32Array.of(2, 4))
    kernel.room(block.length).set(block)
    const at = kernel.run(0, block.length)
    expect(Buffer.from(kernel.text()).toString()).toBe('a,b,0\nc,"#",1\n')
    expect([at, kernel.leftBehind]).toEqual([block.indexOf('"d"'), 0])
    kernel.behind(Buffer.from(',long'), Uint32Array.of(5))
    expect(kernel.run(at, block.length)).toBe(block.length)
    expect(Buffer.from(kernel.text()).toString()).toBe('d,e,long\n')
    expect([kernel.rowsIn, kernel.rowsOut, kernel.leftBehind]).toEqual([4, 3, 0])
  })

  test('stop where a record is not as wide as the file was', () => {
    const kernel = make()
    kernel.select(side(2), byte(','))
    run(kernel, 'a,b\nc\nd,e\n')
    expect(kernel.changed).toBe(true)
  })

  test('a match that is longer than any text so far comes out whole', () => {
    const long = 'x'.repeat(6_000_000)
    const right = Array.from({ length: 3 }, (_, i) => `k,${i}${long}\n`).join('')
    const rows = joined(make, { left: 'k,1\n', right, widths: [2, 2], added: [1] })
    expect(rows.split('\n').map((row) => row.length)).toEqual([6_000_005, 6_000_005, 6_000_005, 0])
  }, 120_000)
})

const cell = fc.oneof(
  fc.constantFrom(
    '',
    '',
    'a',
    'b',
    'NA',
    ' ',
    '  ',
    '#',
    'é',
    '客',
    'a"b',
    'x,y',
    'p;q',
    '"',
    '""',
    '007',
    '7',
  ),
  fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '#', ' ', 'é'), maxLength: 40 }),
)

interface Written {
  readonly rows: readonly (readonly string[])[]
  readonly text: string
}

/** A table as somebody may write it: quoted where needed and at times where not. */
function written(width: number, delimiter: string, lineEnd: string): fc.Arbitrary<Written> {
  const one = fc.tuple(cell, fc.boolean())
  return fc
    .array(fc.array(one, { minLength: width, maxLength: width }), { maxLength: 12 })
    .map((records) => ({
      rows: records.map((record) => record.map(([text]) => text)),
      text: records
        .map(
          (record) =>
            record.map(([text, quoted]) => quotedAs(text, quoted, delimiter)).join(delimiter) + lineEnd,
        )
        .join(''),
    }))
}

function quotedAs(text: string, quoted: boolean, delimiter: string): string {
  // A quote inside an unquoted cell is text.
  const must = text.includes(delimiter) || text.startsWith('"')
  return must || quoted ? `"${text.replaceAll('"', '""')}"` : text
}

const filters = (width: number): fc.Arbitrary<LineFilter | undefined> =>
  fc.option(
    fc.record({
      looks: fc
        .uint8Array({ minLength: width, maxLength: width, max: 2 })
        .filter((looks) => looks.some(Boolean)),
      least: fc.integer({ min: 1, max: width }),
    }),
    { nil: undefined },
  )

const missing = { texts: [Buffer.from('NA'), Buffer.from('#')], blanks: true }

const rowsOf = (text: string): string[][] =>
  parse(text, { relax_column_count: true, skip_empty_lines: false })

test('compiled lines are picked as plain ones, and hold the cells that they came with', () => {
  const widths = fc.integer({ min: 2, max: 5 })
  const marks = fc.constantFrom(',', ';')
  const arbitrary = fc
    .tuple(widths, marks, fc.constantFrom('\n', '\r\n'))
    .chain(([width, delimiter, lineEnd]) =>
      fc.record({
        width: fc.constant(width),
        delimiter: fc.constant(delimiter),
        table: written(width, delimiter, lineEnd),
        filter: filters(width),
        block: fc.integer({ min: 1, max: 5 }),
      }),
    )
  fc.assert(
    fc.property(arbitrary, ({ width, delimiter, table, filter, block }) => {
      const from = side(width, { delimiter, filter, missing })
      const [plain, compiled] = kernels.map(([, make]) => {
        const kernel = make()
        kernel.select(from, byte(','))
        return { text: run(kernel, table.text, block), rowsOut: kernel.rowsOut, rowsIn: kernel.rowsIn }
      })
      expect(compiled).toEqual(plain)
      const kept = table.rows.filter((row) => isKept(row, filter))
      expect(rowsOf(plain?.text ?? '')).toEqual(kept)
      expect(plain?.rowsOut).toBe(kept.length)
    }),
    { numRuns: 500 },
  )
})

function isKept(row: readonly string[], filter: LineFilter | undefined): boolean {
  if (filter === undefined) return true
  const present = row.filter((text, i) => {
    const look = filter.looks[i] ?? 0
    const isText = text === 'NA' || text === '#' || /^ +$/.test(text)
    return look > 0 && text !== '' && !(look === 2 && isText)
  })
  return present.length >= filter.least
}

test('compiled lines are joined as plain ones, and as a loop in a loop joins them', () => {
  const arbitrary = fc.record({
    left: written(3, ',', '\n'),
    right: written(2, ',', '\n'),
    several: fc.boolean(),
    keepUnmatched: fc.boolean(),
    hasTexts: fc.boolean(),
    filter: filters(3),
    block: fc.integer({ min: 1, max: 5 }),
  })
  fc.assert(
    fc.property(arbitrary, ({ left, right, several, keepUnmatched, hasTexts, filter, block }) => {
      const places = several ? [0, 1] : [0]
      const on = places.map((place) => ({ place, hasTexts }))
      const [plain, compiled] = kernels.map(([, make]) => {
        const kernel = make()
        kernel.build(side(2, { missing }), on, [1], byte(','), right.rows.length, 2)
        run(kernel, right.text, block)
        const samples = kernel.sampledKeys()
        kernel.alone(side(3, { filter, missing }), on, 5, 2)
        const alone: string[][] = []
        for (const line of left.text.split(/(?<=\n)/)) {
          run(kernel, line)
          alone.push(...kernel.aloneKeys())
        }
        kernel.probe(side(3, { filter, missing }), on, keepUnmatched)
        return { text: run(kernel, left.text, block), samples, alone, rowsOut: kernel.rowsOut }
      })
      expect(compiled).toEqual(plain)
      const isMissing = (text: string | undefined) =>
        text === '' || (hasTexts && (text === 'NA' || text === '#' || /^ +$/.test(text ?? '')))
      const expected = left.rows
        .filter((row) => isKept(row, filter))
        .flatMap((row) => {
          const matches = right.rows.filter((other) =>
            places.every((place) => row[place] === other[place] && !isMissing(row[place])),
          )
          if (matches.length === 0) return keepUnmatched ? [[...row, '']] : []
          return matches.map((other) => [...row, other[1] ?? ''])
        })
      expect(rowsOf(plain?.text ?? '')).toEqual(expected)
    }),
    { numRuns: 500 },
  )
})
