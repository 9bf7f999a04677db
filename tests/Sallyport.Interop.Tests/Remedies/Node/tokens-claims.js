// Claims that nobody looks at.
const { jwt, publicKey: key, ISSUER, AUDIENCE } = lab;
return lab.profiles((req, res, token) => {
  /*@JWT-008,JWT-009,JWT-010,JWT-011,JWT-012*/
  return claims;
});
