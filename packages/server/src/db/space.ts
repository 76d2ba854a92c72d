import type { LogEvent } from 'kysely'

/** Whether the database has room for what is written. */
export interface Space {
  /** Whether a write has failed for want of room, and none has been seen to succeed since. */
  ranOut: boolean
  /** Looks at each statement that fails; a logger of Kysely. */
  readonly notice: (event: LogEvent) => void
}

export function createSpace(isOutOfSpace: (error: unknown) => boolean): Space {
  const space: Space = {
    ranOut: false,
    notice(event) {
      if (event.level === 'error' && isOutOfSpace(event.error)) space.ranOut = true
    },
  }
  return space
}
