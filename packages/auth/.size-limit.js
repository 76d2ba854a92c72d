// As applications bundle: ES modules. A script would hold a stand-in for `require`, which no page has.
const modifyEsbuildConfig = (config) => ({ ...config, format: 'esm' })

export default [
  {
    name: 'configure + signIn',
    path: 'dist/index.js',
    import: '{ configure, signIn }',
    ignore: ['@noble/hashes/*'],
    limit: '7.4 kB',
  },
  { name: 'getCurrentUser', path: 'dist/index.js', import: '{ getCurrentUser }', limit: '3.6 kB' },
  { name: 'fetchAuthSession', path: 'dist/index.js', import: '{ fetchAuthSession }', limit: '3.55 kB' },
].map((budget) => ({ ...budget, gzip: true, modifyEsbuildConfig }))
