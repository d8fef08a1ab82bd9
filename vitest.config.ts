import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/properties.ts'],
    testTimeout: 300_000, // a promise that nothing hangs, never a measure of speed
    hookTimeout: 300_000,
    pool: 'forks',
  },
})
