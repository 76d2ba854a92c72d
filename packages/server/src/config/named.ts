import { ServiceError } from '../errors.js'
import { StartError } from '../start-error.js'

/** What the API would answer, as a sentence about the declaration at `path`. */
export async function named<T>(path: string, create: () => Promise<T>): Promise<T> {
  try {
    return await create()
  } catch (error) {
    if (error instanceof ServiceError)
      throw new StartError(`${path} cannot be created: ${error.message}`, { cause: error })
    throw error
  }
}
