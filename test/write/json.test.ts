import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { reportJson } from '../../src/write/json.ts'

const report: Report = {
  warnings: [{ code: 'key_column_left_out', message: 'Column "id" was left out.' }],
  view: [{ kind: 'heading', text: 'not in the JSON' }],
  result: { k: 3, inertia: 0.1, centers: [1e-7, 1e21], name: '上海' },
  params: { k: 3, columns: null },
  input: {
    dropped: { missing: 2 },
    columns_used: ['age'],
    rows_used: 8,
    columns: 4,
    rows: 10,
    files: ['a.csv'],
  },
  command: 'cluster',
}

test('the JSON report has the keys of the contract, in its order, and nothing else', () => {
  expect(reportJson(report, '0.1.0')).toBe(`{
  "lode": "0.1.0",
  "command": "cluster",
  "input": {
    "files": [
      "a.csv"
    ],
    "rows": 10,
    "columns": 4,
    "rows_used": 8,
    "columns_used": [
      "age"
    ],
    "dropped": {
      "missing": 2
    }
  },
  "params": {
    "k": 3,
    "columns": null
  },
  "result": {
    "k": 3,
    "inertia": 0.1,
    "centers": [
      1e-7,
      1e+21
    ],
    "name": "上海"
  },
  "warnings": [
    {
      "code": "key_column_left_out",
      "message": "Column \\"id\\" was left out."
    }
  ]
}
`)
})

test('every finite number reads back to the same double', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))
  fc.assert(
    fc.property(finite, (value) => {
      const read = JSON.parse(reportJson({ ...report, result: { value } }, '1')) as {
        result: { value: number }
      }
      expect(read.result.value).toBe(value)
    }),
  )
})

test.each([NaN, Infinity, -Infinity])('%d is refused wherever it stands, and the key is named', (value) => {
  expect(() => reportJson({ ...report, result: { sizes: [1, { silhouette: value }] } }, '1')).toThrow(
    /"silhouette"/,
  )
  expect(() => reportJson({ ...report, params: { eps: value } }, '1')).toThrow(/"eps"/)
})
