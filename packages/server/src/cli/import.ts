import { createRootKey } from '../crypto/root-key.js'
import { openDatabase } from '../db/database.js'
import { openRootKey } from '../keys/open-root-key.js'
import { assertExport, importData } from '../transfer/import-data.js'
import { readKeyFile } from './key-file.js'
import { createProgress, formatCount } from './progress.js'
import { variables } from './read-options.js'
import { transferOptions } from './transfer-options.js'

/** `amulet import`: what `amulet export` wrote, into a database that has none of it. */
export async function importFromFile(args: readonly string[]): Promise<void> {
  const options = transferOptions('import', args, variables(process.env))
  const transferKey = createRootKey(readKeyFile(options.keyFile, 'key'))
  // First of all: a mistyped name is no reason to make a root key and a database.
  await assertExport(transferKey, options.file)
  const secret = options.rootKey()
  const database = await openDatabase(options.database)
  const bar = createProgress(process.stderr, 'imported')
  try {
    const rootKey = await openRootKey(database.db, secret)
    const { file } = options
    const { userPools, users } = await importData({
      database,
      rootKey,
      transferKey,
      file,
      progress: bar.show,
    })
    bar.end()
    console.log(
      `Imported ${formatCount(userPools)} user ${userPools === 1 ? 'pool' : 'pools'} with ${formatCount(users)} ${users === 1 ? 'user' : 'users'}.`,
    )
    // The import may have made it: an operator who forgot to give one has to know where it is.
    if (options.rootKeyFile !== undefined)
      console.log(`The database is encrypted under the root key in ${options.rootKeyFile}: keep that file.`)
  } finally {
    bar.end()
    await database.db.destroy()
  }
}
