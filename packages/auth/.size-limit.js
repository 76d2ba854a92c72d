// As applications bundle: ES modules. A script would hold a stand-in for `require`, which no page has. Nothing is split
// off, so what is loaded on demand counts too, but for the library that stands in for a missing `crypto.subtle`.
const modifyEsbuildConfig = (config) => ({ ...config, format: 'esm' })

/** What a page that makes this call has to load: `configure` comes with each. */
const budget = (call, limit) => ({
  name: `configure + ${call}`,
  path: 'dist/index.js',
  import: `{ configure, ${call} }`,
  ignore: ['@noble/hashes/*'],
  limit,
  gzip: true,
  modifyEsbuildConfig,
})

export default [
  budget('getCurrentUser', '5.21 kB'),
  budget('fetchAuthSession', '5.13 kB'),
  budget('signIn', '9.42 kB'),
  budget('signIn, confirmSignIn', '10.25 kB'),
  { ...budget('', '13.9 kB'), name: 'everything', import: '*' },
]
