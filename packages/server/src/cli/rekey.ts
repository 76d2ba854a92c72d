import { openDatabase } from '../db/database.js'
import { exchangeRootKey } from '../transfer/exchange-root-key.js'
import { createProgress, formatCount } from './progress.js'
import { variables } from './read-options.js'
import { rekeyOptions } from './rekey-options.js'

/** `amulet rekey`: seals the data under a new root key. */
export async function rekey(args: readonly string[]): Promise<void> {
  const { database: url, ...options } = rekeyOptions(args, variables(process.env))
  const database = await openDatabase(url)
  const bar = createProgress(process.stderr, 'looked at')
  try {
    const { resealed } = await exchangeRootKey({ ...options, database, progress: bar.show })
    bar.end()
    const done =
      resealed === 0
        ? 'Everything is sealed under the new root key already.'
        : `Sealed ${formatCount(resealed)} ${resealed === 1 ? 'secret' : 'secrets'} under the new root key.`
    console.log(
      `${done} Start the servers with the new one alone, and keep the old one no longer than backups.`,
    )
  } finally {
    bar.end()
    await database.db.destroy()
  }
}
