import { createRootKey } from '../crypto/root-key.js'
import { openDatabase } from '../db/database.js'
import { openRootKey } from '../keys/open-root-key.js'
import { exportData } from '../transfer/export-data.js'
import { readOrMakeKeyFile } from './key-file.js'
import { createProgress, formatCount } from './progress.js'
import { variables } from './read-options.js'
import { transferOptions } from './transfer-options.js'

/** `amulet export`: everything in a database, into one file. */
export async function exportToFile(args: readonly string[]): Promise<void> {
  const options = transferOptions('export', args, variables(process.env))
  const secret = options.rootKey()
  const transferKey = createRootKey(readOrMakeKeyFile(options.keyFile, 'key'))
  const database = await openDatabase(options.database)
  const bar = createProgress(process.stderr, 'exported')
  try {
    const rootKey = await openRootKey(database.db, secret)
    const { file } = options
    const { userPools, users } = await exportData({
      database,
      rootKey,
      transferKey,
      file,
      progress: bar.show,
    })
    bar.end()
    console.log(
      `Exported ${formatCount(userPools)} user ${userPools === 1 ? 'pool' : 'pools'} with ${formatCount(users)} ${users === 1 ? 'user' : 'users'} to ${file}. It is read with the key ${options.keyFile}: keep the two apart.`,
    )
  } finally {
    bar.end()
    await database.db.destroy()
  }
}
