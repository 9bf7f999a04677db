// Tokens that are bound to nothing, and certificates of others.
const { jwt, publicKey: key } = lab;
const options = { algorithms: ['ES256'], issuer: lab.ISSUER, audience: lab.AUDIENCE };
const accountOf = certificate => lab.accounts[certificate.fingerprint256]?.id;
return lab.profiles((req, res, token) => {
  /*@BIND-007*/
  return claims;
});
