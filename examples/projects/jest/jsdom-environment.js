const { TestEnvironment } = require('jest-environment-jsdom')

// What browsers have, Node.js has as well, and jest-environment-jsdom takes away.
const MISSING = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'BroadcastChannel',
  'CompressionStream',
  'DecompressionStream',
  'FormData',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'TextDecoder',
  'TextEncoder',
  'TransformStream',
  'Uint8Array',
  'WritableStream',
  'clearImmediate',
  'crypto',
  'fetch',
  'performance',
  'setImmediate',
  'structuredClone',
]

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup()
    for (const name of MISSING)
      Object.defineProperty(this.global, name, {
        value: globalThis[name],
        configurable: true,
        writable: true,
      })
  }
}
