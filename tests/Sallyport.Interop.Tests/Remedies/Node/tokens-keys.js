// Keys that the token chooses. keys/k1 is the issuer's.
const { jwt, crypto, fs } = lab;
const keys = new Map([['k1', lab.publicKey]]);
return lab.profiles(async (req, res, token) => {
  /*@JWT-005,JWT-006,JWT-007*/
  return claims;
});
