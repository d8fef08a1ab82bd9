import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { DataError, UsageError } from '../../src/base/errors.ts'
import { Bench } from './reading.ts'

const bench = new Bench()
afterAll(() => bench.close())

const TABLE = 'id,name\n1,Ann\n2,Bob\n'
const ROWS = [
  ['1', 'Ann'],
  ['2', 'Bob'],
]

describe('what can be named', () => {
  test('a plain file is read in place', async () => {
    const path = bench.file(TABLE)
    const { source, rows } = await bench.read(path)
    expect(source).toMatchObject({ label: path, kind: 'csv', path, names: ['id', 'name'], rejected: 0 })
    expect(rows).toEqual(ROWS)
  })

  test('a missing file is named, with the near miss in its folder', async () => {
    bench.file(TABLE, 'customers.csv')
    const path = join(bench.folder, 'custmers.csv')
    const error = await failure(bench.open(path))
    expect(error).toBeInstanceOf(DataError)
    expect(error.message).toBe(`there is no file ${path}; did you mean "customers.csv"?`)
  })

  test('a directory is refused', async () => {
    await expect(bench.open(bench.folder)).rejects.toThrow(`${bench.folder} is a directory`)
  })

  // Skipped for root, who may read every file.
  test.skipIf(process.getuid?.() === 0)('a file that may not be read says so', async () => {
    const path = bench.file(TABLE)
    execFileSync('chmod', ['000', path])
    await expect(bench.open(path)).rejects.toThrow('permission denied')
  })

  test('an empty file has no header line', async () => {
    const path = bench.file('')
    await expect(bench.open(path)).rejects.toThrow(`${path} is empty: it has no header line, and no rows`)
  })

  test('/dev/null is an empty file', async () => {
    await expect(bench.open('-')).rejects.toThrow('stdin is empty: it has no header line, and no rows')
    await expect(bench.open('/dev/null')).rejects.toThrow('/dev/null is empty')
  })

  test('a file of blank lines has no header line', async () => {
    await expect(bench.readText('\n\r\n\n')).rejects.toThrow('nothing in it but blank lines')
  })

  test.for(['id,name', 'id,name\n', 'id,name\r\n', '\ufeffid,name\n'])(
    'a header alone has no rows: %j',
    async (text) => {
      const { source, rows } = await bench.readText(text)
      expect(source.names).toEqual(['id', 'name'])
      expect(source.csv?.rows).toBe(0)
      expect(rows).toEqual([])
    },
  )

  test.for(['s[12].csv', 'a*.csv', 'what?.csv', "o'brien.csv", '{a,b}.csv'])(
    'a name that is a pattern is only a name: %s',
    async (name) => {
      for (const other of ['s1.csv', 'ab.csv', 'whatx.csv', 'a.csv']) bench.file('id,name\n9,other\n', other)
      expect((await bench.read(bench.file(TABLE, name))).rows).toEqual(ROWS)
    },
  )

  test('a folder called year=2024 adds no column', async () => {
    mkdirSync(join(bench.folder, 'year=2024'))
    const path = join(bench.folder, 'year=2024', 'x.csv')
    writeFileSync(path, TABLE)
    expect((await bench.read(path)).rows).toEqual(ROWS)
  })

  test('a link is followed', async () => {
    const link = join(bench.folder, 'link.csv')
    symlinkSync(bench.file(TABLE), link)
    expect((await bench.read(link)).rows).toEqual(ROWS)
  })
})

describe('packed files', () => {
  const many = `id,name\n${Array.from({ length: 50_000 }, (_, i) => `${i},name ${i * 7919}\n`).join('')}`

  test('gz by its bytes, whatever its name', async () => {
    for (const name of ['x.csv.gz', 'x.csv', 'x']) {
      expect((await bench.read(bench.file(gzipSync(TABLE), name))).rows).toEqual(ROWS)
    }
  })

  test('a file called .gz that is not packed is read as it is', async () => {
    expect((await bench.read(bench.file(TABLE, 'plain.csv.gz'))).rows).toEqual(ROWS)
  })

  test('gz of several members, padded with zeros', async () => {
    const packed = Buffer.concat([gzipSync('id,name\n1,A'), gzipSync('nn\n2,Bob\n'), Buffer.alloc(600_000)])
    expect((await bench.readText(packed)).rows).toEqual(ROWS)
  })

  test('gz that is cut short is an error wherever the cut is', async () => {
    const packed = gzipSync(many)
    for (const length of [packed.length - 1, packed.length - 8, packed.length >> 1, 20, 10, 4]) {
      const path = bench.file(packed.subarray(0, length), 'orders.csv.gz')
      await expect(bench.open(path), String(length)).rejects.toThrow(`${path} ends before it is complete`)
    }
  })

  test('gz with a byte changed is an error', async () => {
    const packed = gzipSync(many)
    packed[packed.length >> 1]! ^= 0xff
    await expect(bench.readText(packed)).rejects.toThrow(/is damaged/)
    const sum = gzipSync(many)
    sum[sum.length - 6]! ^= 1
    await expect(bench.readText(sum)).rejects.toThrow(/is damaged/)
  })

  test('gz with other bytes behind it is an error, also far behind', async () => {
    for (const padding of [0, 5_000_000]) {
      const packed = Buffer.concat([gzipSync(TABLE), Buffer.alloc(padding), Buffer.from('more')])
      await expect(bench.readText(packed)).rejects.toThrow('goes on with other bytes')
    }
  })

  test('gz of nothing is an empty file', async () => {
    await expect(bench.readText(gzipSync(''))).rejects.toThrow('is empty')
  })

  // Frames that zstd 1.5.4 wrote: `printf 'id,name\n1,Ann\n2,Bob\n' | zstd --content-size …`, with and without
  // its checksum, and a skippable frame as RFC 8878 section 3.1.2 has it.
  const zstd = (text: string, ...options: string[]) =>
    execFileSync('zstd', ['-qc', ...options], { input: text })
  // Node 20 can't pack zst: skipped where there is no zstd program to make the files.
  const hasZstd = canRun('zstd')

  test.skipIf(!hasZstd)('zst, with and without a checksum, and in several frames', async () => {
    const skippable = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('abc')])
    for (const packed of [
      zstd(TABLE),
      zstd(TABLE, '--no-check'),
      Buffer.concat([zstd('id,name\n1,A'), skippable, zstd('nn\n2,Bob\n')]),
    ]) {
      expect((await bench.readText(packed)).rows).toEqual(ROWS)
    }
    const { source, rows } = await bench.readText(zstd(many, '-19'))
    expect(source.csv?.rows).toBe(50_000)
    expect(rows[49_999]).toEqual(['49999', `name ${49_999 * 7919}`])
  })

  test.skipIf(!hasZstd)(
    'zst that is cut short, changed, or followed by other bytes is an error',
    async () => {
      const packed = zstd(many)
      for (const length of [packed.length - 1, packed.length - 4, packed.length >> 1, 9, 5]) {
        await expect(bench.readText(packed.subarray(0, length)), String(length)).rejects.toThrow(
          'ends before it is complete',
        )
      }
      const changed = Buffer.from(packed)
      changed[changed.length - 2]! ^= 1
      await expect(bench.readText(changed)).rejects.toThrow('is damaged')
      await expect(bench.readText(Buffer.concat([packed, Buffer.from('more')]))).rejects.toThrow(
        'other bytes',
      )
    },
  )

  test.for([
    ['x.csv.bz2', 'BZh91AY', /packed with bzip2, which lode does not read/],
    ['x.csv.xz', '\xfd7zXZ\0\0', /packed with xz/],
    ['x.zip', 'PK\x03\x04\0\0', /a zip archive/],
    ['x.xlsx', 'PK\x03\x04\0\0', /a spreadsheet/],
    ['x.xls', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', /a spreadsheet/],
    ['x.pdf', '%PDF-1.7', /a PDF/],
  ] as const)('%s is refused by name', async ([name, bytes, message]) => {
    const error = await failure(bench.open(bench.file(Buffer.from(bytes, 'latin1'), name)))
    expect(error.message).toMatch(message)
    expect(error.help).toHaveLength(1)
  })
})

describe('encodings', () => {
  const text = 'id,city\n1,Zürich\n2,北京\n'
  const rows = [
    ['1', 'Zürich'],
    ['2', '北京'],
  ]
  const utf16be = (s: string) => Buffer.from(s, 'utf16le').swap16()

  test('UTF-8 with a mark: the mark is no part of the first name, quoted or not', async () => {
    expect((await bench.readText(`\ufeff${text}`)).source.names).toEqual(['id', 'city'])
    const quoted = await bench.readText('\ufeff"id, or so",city\n1,2\n')
    expect(quoted.source.names).toEqual(['id, or so', 'city'])
    expect(quoted.rows).toEqual([['1', '2']])
    expect((await bench.readText(gzipSync(`\ufeff${text}`))).source.names).toEqual(['id', 'city'])
  })

  test('UTF-16 of either order, with a mark and without', async () => {
    for (const bytes of [
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      utf16be(`\ufeff${text}`),
      Buffer.from(text, 'utf16le'),
      utf16be(text),
    ]) {
      const read = await bench.readText(bytes)
      expect(read.source.names).toEqual(['id', 'city'])
      expect(read.rows).toEqual(rows)
    }
  })

  test('UTF-16 is also read where it is named', async () => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
    expect((await bench.readText(bytes, { encoding: 'UTF-16' })).rows).toEqual(rows)
    expect((await bench.readText(utf16be(text), { encoding: 'utf-16be' })).rows).toEqual(rows)
  })

  // 北京 is B1 B1 BE A9 in GBK; 北 is A5 5F in Big5; é is E9 and € 80 in windows-1252; カ is 83 4A in Shift_JIS.
  test.for([
    ['gbk', [0xb1, 0xb1, 0xbe, 0xa9], '北京'],
    ['GB18030', [0xb1, 0xb1, 0xbe, 0xa9], '北京'],
    ['big5', [0xa5, 0x5f], '北'],
    ['shift_jis', [0x83, 0x4a], 'カ'],
    ['cp1252', [0xe9, 0x80], 'é€'],
    ['latin1', [0xe9, 0x80], 'é€'],
    ['latin-1', [0xe9], 'é'],
    ['koi8-r', [0xc1], 'а'],
  ] as const)('--encoding %s', async ([encoding, bytes, want]) => {
    const content = Buffer.concat([Buffer.from('id,city\n1,'), Buffer.from(bytes), Buffer.from('\n')])
    expect((await bench.readText(content, { encoding })).rows).toEqual([['1', want]])
  })

  test('a character that lies across pieces is one character', async () => {
    const filler = 'x'.repeat((1 << 18) - 11)
    for (const shift of ['', 'y', 'yy', 'yyy']) {
      const content = `id,city\n${filler}${shift},東京\n`
      const read = await bench.readText(gzipSync(content))
      expect(read.rows[0]?.[1]).toBe('東京')
      expect((await bench.readText(Buffer.from(content, 'utf16le'))).rows[0]?.[1]).toBe('東京')
    }
    const long = `id,city\n${'x'.repeat((1 << 20) - 10)},東京😀\n`
    expect((await bench.readText(long)).rows[0]?.[1]).toBe('東京😀')
  })

  test('an unknown name gets a suggestion and the common ones', async () => {
    const error = await failure(bench.readText(text, { encoding: 'shift-jsi' }))
    expect(error).toBeInstanceOf(UsageError)
    expect(error.message).toContain('did you mean "shift_jis"?')
    expect(error.help[0]).toContain('gbk, gb18030, big5')
  })

  test('a mark that says otherwise than the option is an error', async () => {
    await expect(bench.readText(`\ufeff${text}`, { encoding: 'gbk' })).rejects.toThrow(
      'starts with the byte order mark of UTF-8, so it is not gbk',
    )
  })

  const latin = Buffer.from('id,name\n1,José\n2,Müller\n3,Françoise\n', 'latin1')
  const gbk = Buffer.from('69642c6e616d650a312ccdf5cea20a322cc0eec4c80a332cd5c5ceb00a', 'hex') // 王伟 李娜 张伟
  const sjis = Buffer.from('69642c6e616d650a312c83898381838d83930a322c82b382c682a40a', 'hex') // ラメロン さとう
  const big5 = Buffer.from('69642c6e616d650a312ca4fdaad6a5430a322ca7f5ae52b3720a', 'hex')
  const russian = Buffer.from('69642c6e616d650a312cc8e2e0ed0a322ccceef1eae2e00a', 'hex') // Иван Москва

  // 김철수, 이영희, 서울특별시 강남구, in EUC-KR, twice: few syllables might as well be Chinese.
  const korean = Buffer.from(
    `69642c6e616d650a${'b1e8c3b6bcf62cc0ccbfb5c8f12cbcadbfefc6afbab0bdc320b0adb3b2b1b80a'.repeat(2)}`,
    'hex',
  )

  test.for([
    ['euc-kr', korean],
    ['windows-1252', latin],
    ['gbk', gbk],
    ['shift_jis', sjis],
    ['big5', big5],
    ['windows-1251', russian],
  ] as const)('bytes that read well as %s: the error says so, with the line', async ([encoding, bytes]) => {
    await expect(bench.readText(bytes)).rejects.toThrow(
      // A second choice may follow.
      new RegExp(`line 2 is not UTF-8; it reads well as ${encoding}( or gbk)?: add --encoding ${encoding}$`),
    )
  })

  test('the line of a late bad byte is counted through every kind of line end', async () => {
    const bytes = Buffer.from(`id,name\r\n${'1,x\r\n'.repeat(300_000)}2,José\r\n`, 'latin1')
    await expect(bench.readText(bytes)).rejects.toThrow(
      'line 300,002 is not UTF-8; it reads well as windows-1252',
    )
    await expect(bench.readText(gzipSync(bytes))).rejects.toThrow('line 300,002 is not UTF-8')
  })

  test('one bad byte in good UTF-8 is damage, not another encoding', async () => {
    const bytes = Buffer.concat([
      Buffer.from('id,city\n1,Zürich é ü 北京\n2,'),
      Buffer.of(0xff),
      Buffer.from(',北京 東京 京都 大阪\n'),
    ])
    await expect(bench.readText(bytes)).rejects.toThrow('line 3 is damaged: byte 3 of it is not UTF-8')
  })

  test('a file that ends in the middle of a character is not UTF-8', async () => {
    await expect(bench.readText(Buffer.from('id,city\n1,北京').subarray(0, -1))).rejects.toThrow(/line 2 is/)
  })

  test('bytes that are not in the stated encoding are an error with their line, never U+FFFD', async () => {
    const bytes = Buffer.concat([Buffer.from('id,city\n1,a\n2,'), Buffer.of(0xb1, 0x20), Buffer.from('\n')])
    await expect(bench.readText(bytes, { encoding: 'gbk' })).rejects.toThrow('line 3 is not gbk')
  })

  test('NUL bytes stay in the text', async () => {
    const { rows: read } = await bench.readText('id,name\n1,x\0y\n2,"\0"\n')
    expect(read).toEqual([
      ['1', 'x\0y'],
      ['2', '\0'],
    ])
  })

  test('control bytes all over are no text', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7 + (i >> 3)) % 128))
    await expect(bench.readText(bytes)).rejects.toThrow(/does not look like text/)
  })
})

describe('kinds that are not CSV', () => {
  test('JSON and NDJSON by the name, also packed', async () => {
    expect((await bench.open(bench.file('[{"a":1}]', 'x.json'))).kind).toBe('json')
    expect((await bench.open(bench.file('{"a":1}\n', 'x.jsonl'))).kind).toBe('ndjson')
    const packed = await bench.open(bench.file(gzipSync('{"a":1}\n'), 'x.ndjson.gz'))
    expect(packed.kind).toBe('ndjson')
    expect(readFileSync(packed.path, 'utf8')).toBe('{"a":1}\n')
    expect(statSync(packed.path).mode & 0o777).toBe(0o600)
  })

  test('JSON in UTF-8 is read in place, in another encoding as a copy', async () => {
    const plain = bench.file('[{"a":"é"}]', 'plain.json')
    expect((await bench.open(plain)).path).toBe(plain)
    for (const bytes of [Buffer.from('\ufeff[{"a":"é"}]'), Buffer.from('\ufeff[{"a":"é"}]', 'utf16le')]) {
      const { path } = await bench.open(bench.file(bytes, 'marked.json'))
      expect(readFileSync(path, 'utf8')).toBe('[{"a":"é"}]')
    }
  })

  test('JSON that is not UTF-8 is an error', async () => {
    const path = bench.file(Buffer.from('[{"a":"é"}]', 'latin1'), 'bad.json')
    await expect(bench.open(path)).rejects.toThrow('line 1 is not UTF-8')
  })

  test('Parquet by its first bytes', async () => {
    expect((await bench.open(bench.file('PAR1 and so on PAR1', 'data'))).kind).toBe('parquet')
    await expect(bench.open(bench.file('a,b\n', 'x.parquet'))).rejects.toThrow('is not a Parquet file')
  })

  test('JSON without the name by its first key, unless a delimiter is stated', async () => {
    for (const text of ['{"a":1}\n{"a":2}\n', ' [ {"a b" : 1}]', gzipSync('{"a":1}')]) {
      expect((await bench.open(bench.file(text))).kind).toBe('json')
    }
    for (const text of ['{"a",b\n1,2\n', '[a],{b}\n1,2\n']) {
      expect((await bench.open(bench.file(text))).kind).toBe('csv')
    }
    expect((await bench.open(bench.file('{"a":1}\n'), { delimiter: ',' })).names).toEqual(['{"a":1}'])
  })
})

test('a copy is private', async () => {
  const { path } = await bench.open(bench.file(gzipSync(TABLE)))
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a read can be called off', async () => {
  const path = bench.file(`a,b\n${'1,2\n'.repeat(8_000_000)}`)
  const reason = new Error('stop')
  const aborted = bench.open(path, {}, { signal: AbortSignal.abort(reason) })
  await expect(aborted).rejects.toThrow(reason)
})

async function failure(promise: Promise<unknown>): Promise<DataError | UsageError> {
  return promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as DataError,
  )
}

function canRun(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
