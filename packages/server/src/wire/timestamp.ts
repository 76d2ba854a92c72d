/** A time as the API writes it: seconds since the epoch, with milliseconds as a fraction. */
export const timestamp = (milliseconds: number): number => milliseconds / 1000
