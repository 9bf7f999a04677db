// A secret that is shared, and guessed. The issuer signs what the API takes: with the secret until that is replaced.
const { jwt, fs } = lab;
const verify = token => {
  /*@JWT-004*/
  return claims;
};
return lab.profiles((req, res, token) => verify(token), {
  token: sub => {
    const shared = jwt.sign({ sub, iss: lab.ISSUER, aud: lab.AUDIENCE }, 'secret', { algorithm: 'HS256', expiresIn: '30m' });
    try { return verify(shared) && shared; } catch { return lab.issue(sub); }
  },
});
