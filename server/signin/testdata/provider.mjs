// An oidc-provider (npm) with one account for every login, for the tests:
//
//   node provider.mjs NODE_MODULES PUBLIC AUDIENCE
//
// PUBLIC is the site's URL. It prints its issuer and serves until its input ends.
import http from 'node:http';

const [modules, site, audience] = process.argv.slice(2);
const { default: Provider } = await import(`${modules}/oidc-provider/lib/index.js`);

const server = http.createServer((request, answer) => handle(request, answer));
await new Promise((listening) => server.listen(0, 'localhost', listening));
const issuer = `http://localhost:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'entente-here',
      client_secret: 'a secret of 32 characters, at least',
      redirect_uris: [`${site}/signin/real/callback`],
      post_logout_redirect_uris: [`${site}/`],
      backchannel_logout_uri: `${site}/signout/real/backchannel`,
      backchannel_logout_session_required: true,
    },
    {
      client_id: 'robot',
      client_secret: 'another secret of 32 characters',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope: 'entente:read entente:write',
    },
  ],
  scopes: ['openid', 'entente:read', 'entente:write'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `Name of ${id}`, email: `${id}@example.org`, email_verified: true }),
  }),
  // Its own guard against requests to this machine is in the dispatcher.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: true },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: 'entente:read entente:write', audience, accessTokenFormat: 'jwt', accessTokenTTL: 300 }),
    },
  },
});
provider.on('backchannel.error', (_, error) => console.error('back channel:', error));
const handle = provider.callback();

console.log(issuer);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
