import { defineConfig } from '@amulet/server'

/** Where the page is: `serve.js` says so when it is elsewhere. Users who sign in on the pool's own pages come back to it. */
const page = process.env.DEMO_PAGE || 'http://localhost:9231/'

const PROVIDERS = ['Google', 'SignInWithApple', 'LoginWithAmazon', 'Facebook']
/** What a provider would have given. */
const CLIENT = { client_id: 'demo', client_secret: 'for development' }

// What `serve.js` starts: a pool in which everything that the page shows can be tried. Nothing sends SMS: they are in the
// development inbox.
export default defineConfig({
  userPools: [
    {
      UserPoolId: 'us-east-1_AmuletDemo',
      PoolName: 'Demo',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] } },
      MfaConfiguration: 'OPTIONAL',
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' },
      SoftwareTokenMfaConfiguration: { Enabled: true },
      EmailMfaConfiguration: { Subject: 'Your code', Message: 'Your code is {####}.' },
      // One that asks for a fingerprint or a PIN is two factors.
      WebAuthnConfiguration: {
        UserVerification: 'required',
        FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION',
      },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
      // While developing, the server stands in for them: a page on which one picks a person.
      identityProviders: [
        {
          ProviderName: 'Google',
          ProviderType: 'Google',
          ProviderDetails: { ...CLIENT, authorize_scopes: 'openid email profile' },
          AttributeMapping: { email: 'email', name: 'name' },
        },
        {
          ProviderName: 'SignInWithApple',
          ProviderType: 'SignInWithApple',
          ProviderDetails: {
            client_id: 'demo',
            team_id: 'TEAM000001',
            key_id: 'KEY0000001',
            private_key: 'for development',
            authorize_scopes: 'email name',
          },
          AttributeMapping: { email: 'email', name: 'firstName' },
        },
        {
          ProviderName: 'LoginWithAmazon',
          ProviderType: 'LoginWithAmazon',
          ProviderDetails: { ...CLIENT, authorize_scopes: 'profile' },
          AttributeMapping: { email: 'email', name: 'name' },
        },
        {
          ProviderName: 'Facebook',
          ProviderType: 'Facebook',
          ProviderDetails: { ...CLIENT, authorize_scopes: 'public_profile,email', api_version: 'v17.0' },
          AttributeMapping: { email: 'email', name: 'name' },
        },
      ],
      clients: [
        {
          ClientId: 'amuletdemowebclient0000000',
          ClientName: 'Demo',
          ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
          PreventUserExistenceErrors: 'ENABLED',
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthFlows: ['code'],
          AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
          CallbackURLs: [page],
          LogoutURLs: [page],
          SupportedIdentityProviders: ['COGNITO', ...PROVIDERS],
        },
      ],
    },
  ],
})
