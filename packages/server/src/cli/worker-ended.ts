/** A worker ended before it was ready. It has said why itself. */
export class WorkerEnded extends Error {}
