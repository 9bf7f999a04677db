// Claims that are only read.
const { jwt, publicKey: issuerPublicKey, ISSUER, AUDIENCE } = lab;
return lab.profiles((req, res, token) => {
  /*@JWT-002 flaw 1*/
  /*@JWT-002 fix*/
  return claims;
});
