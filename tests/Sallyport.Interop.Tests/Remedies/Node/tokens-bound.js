// Tokens that name their owner's certificate, which nobody compares.
const { jwt, crypto, publicKey: key } = lab;
const options = { algorithms: ['ES256'], issuer: lab.ISSUER, audience: lab.AUDIENCE };
return lab.profiles((req, res, token) => {
  /*@BIND-001,BIND-002,BIND-004,BIND-006 flaw 1*/
  /*@BIND-001,BIND-002,BIND-004,BIND-006 fix*/
  return claims;
}, { token: (sub, account) => lab.issue(sub, { cnf: { 'x5t#S256': account.x5t } }) });
