// As applications bundle: ES modules. A script would hold a stand-in for `require`, which no page has.
const modifyEsbuildConfig = (config) => ({ ...config, format: 'esm' })

/** What a page that makes this call has to load: `configure` comes with each. */
const budget = (call, limit, isAtOnce = true) => ({
  name: `configure + ${call}${isAtOnce ? '' : ', with what is loaded on demand'}`,
  path: 'dist/index.js',
  import: `{ configure, ${call} }`,
  // Never counted is the library that stands in for a missing `crypto.subtle`.
  ignore: [
    '@noble/hashes/*',
    '../passkeys/use-passkey.js',
    ...(isAtOnce ? ['./oauth/complete.js', '../oauth/log-out.js'] : []),
  ],
  limit,
  gzip: true,
  modifyEsbuildConfig,
})

export default [
  budget('getCurrentUser', '5.28 kB'),
  budget('fetchAuthSession', '5.92 kB'),
  budget('signIn', '9.87 kB'),
  budget('signIn, confirmSignIn', '10.67 kB'),
  budget('fetchAuthSession, signOut', '6.27 kB'),
  budget('signInWithRedirect, signOut, fetchAuthSession', '9.69 kB', false),
  { ...budget('', '19.62 kB'), name: 'everything', import: '*' },
]
