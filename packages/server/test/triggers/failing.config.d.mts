import type { AmuletConfig, FunctionHandler } from '@amulet/server'

declare const config: AmuletConfig & Required<Pick<AmuletConfig, 'functions'>>
export default config
export declare const PreSignUp: FunctionHandler
export declare const failures: readonly string[]
export declare const successes: readonly string[]
