import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EngineError, Interrupted } from '../../src/base/errors.ts'
import { sharedFloat64 } from '../../src/kernels/shared.ts'
import { openDuckdb, type DuckdbEngine } from '../../src/table/duckdb/engine.ts'

let folder: string
let engine: DuckdbEngine

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lode-test-'))
  engine = await openDuckdb({ threads: 2, memoryLimit: undefined, spillFolder: join(folder, 'spill') })
})
afterAll(() => {
  engine.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('values come out of the engine as they are in it', () => {
  test('every type that a result may hold', async () => {
    const rows = await engine.query(
      `select true, 1::tinyint, 2::smallint, 3, 4::bigint, 5::utinyint, 6::usmallint, 7::uinteger, 8::ubigint,
              9.5::float, 10.25::double, 11::hugeint, 'twelve', null, '一' || repeat('x', 20), ''`,
    )
    const long = `一${'x'.repeat(20)}`
    expect(rows).toEqual([[true, 1, 2, 3, 4, 5, 6, 7, 8, 9.5, 10.25, 11, 'twelve', null, long, '']])
  })

  test('an integer past 2^53 stays exact, as a bigint', async () => {
    expect(
      await engine.query('select 9007199254740993, -170141183460469231731687303715884105727::hugeint'),
    ).toEqual([[9007199254740993n, -170141183460469231731687303715884105727n]])
  })

  test('missing values keep their places in batches longer than a vector', async () => {
    const rows = 5000
    const doubles: number[] = []
    const texts: (string | null)[] = []
    for await (const batch of engine.stream(
      `select case when i % 3 = 0 then null else i + 0.5 end::double,
              case when i % 5 = 0 then null else 'text number ' || i end
       from range(${rows}) r(i)`,
    )) {
      const [numbers, words] = batch.columns
      if (numbers?.type !== 'double' || words?.type !== 'text') throw new Error('unexpected types')
      for (let i = 0; i < batch.rows; i++) {
        const bit = numbers.valid === undefined || ((numbers.valid[i >> 3] ?? 0) >> (i & 7)) & 1
        doubles.push(bit ? (numbers.values[i] as number) : NaN)
        texts.push(words.values[i] as string | null)
      }
    }
    expect(doubles).toEqual(Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? NaN : i + 0.5)))
    expect(texts).toEqual(Array.from({ length: rows }, (_, i) => (i % 5 === 0 ? null : `text number ${i}`)))
  })

  test('arrays become a table with their row numbers, missing values included', async () => {
    const n = 5000
    const values = Float64Array.from({ length: n }, (_, i) => i / 7)
    const valid = new Uint8Array(Math.ceil(n / 8)).fill(0b10101010)
    const words = Array.from({ length: n }, (_, i) =>
      i % 4 === 0 ? null : `wörd ${i} ${'long '.repeat(i % 5)}`,
    )
    const name = await engine.arrays([
      { type: 'double', values, valid },
      { type: 'integer', values: Int32Array.from({ length: n }, (_, i) => -i) },
      { type: 'text', values: words },
    ])
    const rows = await engine.query(`select k, c0, c1, c2 from ${name} order by k`)
    expect(rows).toEqual(
      Array.from({ length: n }, (_, i) => [i, i % 2 === 1 ? values[i] : null, i === 0 ? 0 : -i, words[i]]),
    )
  })

  test('arrays that threads share become a table too', async () => {
    const values = sharedFloat64(5000)
    values.forEach((_, i) => (values[i] = i / 4))
    const name = await engine.arrays([{ type: 'double', values }])
    expect(await engine.query(`select sum(c0), min(c0), max(c0) from ${name}`)).toEqual([
      [(4999 * 5000) / 8, 0, 4999 / 4],
    ])
  })

  test('a text function sees every value, and missing ones stay missing', async () => {
    const name = await engine.textFunction('shout', (text) => (text === 'drop' ? null : text.toUpperCase()))
    const rows = await engine.query(
      `select ${name}(x) from (values ('a'), (null), ('drop'), ('straße und noch viel mehr Text')) t(x)`,
    )
    expect(rows).toEqual([['A'], [null], [null], ['STRASSE UND NOCH VIEL MEHR TEXT']])
  })
})

describe('a view', () => {
  test('is made when it is first read, with what it reads, and its function is called once', async () => {
    let calls = 0
    const inner = await engine.view(async () => {
      calls++
      await new Promise((done) => setTimeout(done, 5))
      return 'select 1 as a'
    })
    const outer = await engine.view(`select a + 1 as b from ${inner}`)
    expect(calls).toBe(0)
    expect(await engine.query(`select b from ${outer} union all select a from ${inner}`)).toEqual([[2], [1]])
    expect(calls).toBe(1)
  })

  test('is there for all who ask at the same time', async () => {
    for (let round = 0; round < 20; round++) {
      const shared = await engine.view('select 1 as a')
      const own = await Promise.all([2, 3, 4].map((n) => engine.view(`select a + ${n} as a from ${shared}`)))
      const asked = [...own, shared, shared].map((name) => engine.query(`select a from ${name}`))
      expect(await Promise.all(asked)).toEqual([[[3]], [[4]], [[5]], [[1]], [[1]]])
    }
  })

  test('that is wrong fails those who read it, and nobody after them', async () => {
    const wrong = await engine.view('select nothing from nowhere')
    await expect(engine.query(`select * from ${wrong}`)).rejects.toThrow(EngineError)
    expect(await engine.query('select 1')).toEqual([[1]])
  })
})

describe('files', () => {
  test('CSV quotes what needs it and keeps "" apart from a missing cell', async () => {
    const path = join(folder, 'out.csv')
    const written = await engine.copy(
      `select * from (values ('1', null, ''), ('a,b', 'say "hi"', 'two\nlines')) t(c0, c1, c2)`,
      path,
      { kind: 'csv', delimiter: ',', header: ['id', 'odd, "name"', 'x'] },
    )
    expect(written).toBe(2)
    expect(readFileSync(path, 'utf8')).toBe('id,"odd, ""name""",x\n1,,""\n"a,b","say ""hi""","two\nlines"\n')
  })

  test('NDJSON has the given names', async () => {
    const path = join(folder, 'out.ndjson')
    await engine.copy(`select * from (values ('007', null, 3)) t(c0, c1, c2)`, path, {
      kind: 'ndjson',
      names: ['id', 'a"b', 'n'],
    })
    expect(readFileSync(path, 'utf8')).toBe('{"id":"007","a\\"b":null,"n":3}\n')
  })
})

describe('what goes wrong is said in our words', () => {
  test('an error of the engine is one short line', async () => {
    await expect(engine.query('select nothing from nowhere')).rejects.toThrow(EngineError)
    await expect(engine.query('select nothing from nowhere')).rejects.toThrow(/^[^\n]{1,300}$/)
  })
})

describe('a sealed engine', () => {
  test('reads and writes only the files it was told of, and can not be opened again', async () => {
    const sealed = await openDuckdb({
      threads: 1,
      memoryLimit: undefined,
      spillFolder: join(folder, 'spill2'),
    })
    const [mine, other] = [join(folder, "it's mine.csv"), join(folder, 'other.csv')]
    for (const path of [mine, other]) writeFileSync(path, 'a\n1\n')
    const out = join(folder, 'allowed.csv')
    sealed.seal([mine, out])
    const read = (path: string) =>
      sealed.query(
        `select * from read_csv('${path.replaceAll("'", "''")}', header=true, columns={a:'VARCHAR'})`,
      )
    expect(await read(mine)).toEqual([['1']])
    expect(await sealed.copy('select 1', out, { kind: 'csv', delimiter: ',' })).toBe(1)
    await expect(read(other)).rejects.toThrow(/disabled by configuration/)
    await expect(sealed.query(`select * from read_text('/etc/hostname')`)).rejects.toThrow(EngineError)
    await expect(sealed.query(`select * from glob('/*')`)).rejects.toThrow(EngineError)
    await expect(sealed.execute(`copy (select 1) to '${other}'`)).rejects.toThrow(EngineError)
    await expect(sealed.execute(`attach '${join(folder, 'x.db')}'`)).rejects.toThrow(EngineError)
    await expect(sealed.execute('load httpfs')).rejects.toThrow(EngineError)
    await expect(sealed.execute('set enable_external_access = true')).rejects.toThrow(EngineError)
    await expect(sealed.execute(`set allowed_paths = ['${other}']`)).rejects.toThrow(EngineError)
    sealed.close()
  })

  test('still spills to its own folder when memory runs out', async () => {
    const small = await openDuckdb({
      threads: 2,
      memoryLimit: '100MB',
      spillFolder: join(folder, 'spill3'),
    })
    const out = join(folder, 'sorted.csv')
    small.seal([out])
    const rows = 3_000_000
    const written = await small.copy(
      `select md5(i::varchar) as h, i from range(${rows}) r(i) order by h`,
      out,
      { kind: 'csv', delimiter: ',' },
    )
    expect(written).toBe(rows)
    small.close()
  })

  test('stops when it is interrupted, and stays stopped', async () => {
    const busy = await openDuckdb({
      threads: 2,
      memoryLimit: undefined,
      spillFolder: join(folder, 'spill4'),
    })
    const running = busy.query(
      'select count(*) from range(100000000) a(i), range(100000) b(j) where i * j = 7',
    )
    setTimeout(() => {
      busy.interrupt('SIGTERM')
    }, 50)
    await expect(running).rejects.toThrow(Interrupted)
    await expect(busy.query('select 1')).rejects.toMatchObject({ exitCode: 143 })
    busy.close()
  })
})
