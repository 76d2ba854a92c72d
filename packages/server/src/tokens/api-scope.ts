/** The scope that lets an access token call the user pool API; an API sign-in has it and no other. */
export const API_SCOPE = 'aws.cognito.signin.user.admin'
