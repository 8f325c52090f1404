import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['orchestrator-source'] },
  ssr: { resolve: { conditions: ['orchestrator-source'], externalConditions: ['orchestrator-source'] } },
  test: {
    include: ['{src,simulator,test,evals,web,bin}/**/*.test.{ts,tsx}'],
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--conditions=orchestrator-source'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
