// As applications bundle: ES modules. A script would hold a stand-in for `require`, which no page has.
const modifyEsbuildConfig = (config) => ({ ...config, format: 'esm' })

// With `configure`, which every application calls; the library for hashing is loaded on demand, where it is needed.
export default [
  { calls: 'configure, signIn', limit: '7.8 kB' },
  { calls: 'configure, getCurrentUser', limit: '5.35 kB' },
  { calls: 'configure, fetchAuthSession', limit: '5.25 kB' },
].map(({ calls, limit }) => ({
  name: calls,
  path: 'dist/index.js',
  import: `{ ${calls} }`,
  ignore: ['@noble/hashes/*'],
  limit,
  gzip: true,
  modifyEsbuildConfig,
}))
