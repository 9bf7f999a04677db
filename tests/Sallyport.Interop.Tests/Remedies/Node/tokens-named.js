// A signature verified as the token says.
const { jwt, publicKey: issuerKey, ISSUER, AUDIENCE } = lab;
const jws = lab.need('jws');
const issuerPublicKey = issuerKey.export({ type: 'spki', format: 'pem' });
return lab.profiles((req, res, token) => {
  /*@JWT-001,JWT-003 flaw 2*/
  /*@JWT-001,JWT-003 fix*/
  return claims;
});
