#!/usr/bin/env node
// Checks the Node version before anything newer than it is parsed, then starts the command line:
// the built one, or in a checkout the source itself.
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `incident-orchestrator needs Node 24 or later; this is ${process.version}.\n` +
      'In a checkout, start it with npm (npm run cli -- ...), which brings its own Node; elsewhere, install Node 24.\n',
  )
  process.exit(2)
}
const fromSource = process.execArgv.includes('--conditions=orchestrator-source')
await import(fromSource ? '../src/cli.ts' : '../dist/src/cli.js')
