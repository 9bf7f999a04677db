// The token is read before the certificate is looked at.
const { jwt, crypto, publicKey: key } = lab;
const options = { algorithms: ['ES256'], issuer: lab.ISSUER, audience: lab.AUDIENCE };
return lab.profiles((req, res, token) => {
  /*@BIND-005 flaw 1*/
  /*@BIND-005 fix*/
  if (!req.socket.authorized) return res.sendStatus(403);
  return claims;
}, { token: (sub, account) => lab.issue(sub, { cnf: { 'x5t#S256': account.x5t } }) });
