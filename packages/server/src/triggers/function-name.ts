/**
 * The name of a function by its ARN, `arn:aws:lambda:REGION:ACCOUNT:function:NAME`; it is the last segment, unless a
 * version or an alias follows it.
 */
export const functionName = (arn: string): string => arn.split(':')[6] ?? arn.slice(arn.lastIndexOf(':') + 1)
