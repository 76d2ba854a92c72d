/** The version sent in `x-amz-user-agent`; a test keeps it equal to package.json's. */
export const version = '0.1.0'
