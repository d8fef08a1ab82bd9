/** Options of `lode regress` that do not go together. */
import { UsageError } from '../../base/errors.ts'
import type { Options } from './options.ts'

/** @throws {UsageError} naming both options */
export function refuseOptions(options: Options): void {
  const { method, robust, alpha, standardize, l1Ratio, positive } = options
  const refuse = (option: string, methods: string) => {
    throw new UsageError(`${option} goes with --method ${methods}, not with ${method}`, { code: 'E_OPTION' })
  }
  const isPenalised = method === 'ridge' || method === 'lasso' || method === 'elasticnet'
  if (robust !== undefined && method !== 'ols') refuse('--robust', 'ols')
  if (alpha !== 'auto' && !isPenalised) refuse('--alpha', 'ridge, lasso or elasticnet')
  if (standardize && !isPenalised) refuse('--standardize', 'ridge, lasso or elasticnet')
  if (l1Ratio !== undefined && method !== 'elasticnet') refuse('--l1-ratio', 'elasticnet')
  if (positive !== undefined && method !== 'logistic') refuse('--positive', 'logistic')
  if (method === 'elasticnet' && l1Ratio === 0 && alpha === 'auto') {
    throw new UsageError('--l1-ratio 0 is ridge; say --method ridge, or --alpha', { code: 'E_OPTION' })
  }
}
