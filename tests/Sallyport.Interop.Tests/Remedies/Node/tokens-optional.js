// A token that one may do without.
const { jwt, crypto, publicKey: key } = lab;
const options = { algorithms: ['ES256'], issuer: lab.ISSUER, audience: lab.AUDIENCE };
const accountOf = certificate => lab.accounts[certificate.fingerprint256]?.id;
return lab.profiles((req, res, token) => {
  /*@BIND-003 flaw 2*/
  /*@BIND-003 fix*/
  return claims;
}, { token: (sub, account) => lab.issue(sub, { cnf: { 'x5t#S256': account.x5t } }) });
