import fc from 'fast-check'
import { expect, test } from 'vitest'
import { registry } from '../../src/cli/registry.ts'
import { modelText, parseModel } from '../../src/commands/model.ts'
import { predictors } from '../../src/commands/predictors.ts'

test('a model reads back to the same numbers and texts', () =>
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.uniqueArray(fc.string()),
      (x, levels) => {
        const columns = [
          { name: 'a "quoted" name', role: 'number', fill: x, offset: x, factor: 1 },
          { name: '', role: 'text', levels },
        ] as const
        const model = parseModel('m.json', modelText('cluster', { k: 2 }, { columns, part: [x] }), [
          'cluster',
        ])
        // JSON has one zero.
        expect(model).toMatchObject({ command: 'cluster', params: { k: 2 }, part: [x + 0], file: 'm.json' })
        expect(model.columns).toEqual([{ ...columns[0], fill: x + 0, offset: x + 0 }, columns[1]])
      },
    ),
  ))

test('levels that stand twice are refused', () => {
  const columns = [{ name: 'a', role: 'text', levels: ['x', 'x'] }] as const
  expect(() => parseModel('m.json', modelText('tree', {}, { columns, part: null }), ['tree'])).toThrow(
    'is not a model',
  )
})

test('every command that saves a model has a predictor, and no other has', async () => {
  const commands = await Promise.all(registry.map(({ load }) => load()))
  const saves = commands.filter(({ options }) =>
    Object.values(options).some(({ writesModel }) => writesModel === true),
  )
  expect(Object.keys(predictors).sort()).toEqual(saves.map(({ name }) => name).sort())
})

test.each(Object.keys(predictors))('the predictor of %s can be loaded', async (name) => {
  expect(typeof (await predictors[name]?.())).toBe('function')
})
