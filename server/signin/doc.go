// Package signin lets people sign in with a browser, and keeps them signed in.
//
// Providers are OpenID Connect providers, several side by side; signing in is the
// authorization code flow with PKCE (RFC 7636, S256), state, nonce, and the issuer in
// the answer (RFC 9207). What is to be known from one request to the next is in two
// cookies, sealed by the node's [Keys], and nowhere on the server, so that any node
// with the same keys can answer:
//
//	__Host-entente-signin-NAME  a sign-in at the provider NAME that is under way: 10 minutes
//	__Host-entente              a session: 12 hours, or 1 hour without a request
//
// Both are Secure, HttpOnly and SameSite=Lax. Where people come to this very machine
// by plain http, both lack the prefix and Secure, which browsers would refuse there.
//
// A session names its person as a bearer token would (see auth.Identity): what that
// person may do is looked up at each request, so a removed member is out at once. A
// session needs its provider no more: one that is down keeps nobody out but those who
// want to come in.
//
// A cookie that can't be opened, whatever is wrong with it, is no cookie; it is
// cleared, and the answer doesn't depend on what was wrong.
//
// # The pages
//
//	GET  /signin                        choose a provider; with only one, go there.
//	                                    ?return=/path says where to go afterwards, and
//	                                    &login_hint=ID who comes, where the provider takes it
//	POST /signin/NAME                   go to the provider
//	GET  /signin/NAME/callback          where the provider sends people back to
//	POST /signout                       end the session, here and at the provider
//	POST /signout/NAME/backchannel      where the provider tells of a sign-out (no person)
//	GET  /me                            who one is, to which organisations one is invited,
//	                                    and for which one acts
//	POST /me/organisation               choose it
//	POST /me/invitation                 accept one
//
// From a form one gets to a provider by a page with a Refresh and a link, and not by
// a redirect: browsers hold redirects after a form against the page's form-action,
// which could not know where a provider sends people on to.
package signin
