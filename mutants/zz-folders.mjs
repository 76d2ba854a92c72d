import { filesOf as f } from './sampled-folders.mjs'
export const filesOf = f
export const FOLDERS = {
  'packages/server/src/federation': [
    'packages/server/test/pools-apart.test.ts',
    'packages/server/test/linked-users.test.ts',
    'packages/server/test/federated-sign-in.test.ts',
    'packages/server/test/rotated-keys.test.ts',
  ],
}
