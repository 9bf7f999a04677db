// Tokens taken from anywhere, with anything in them, for ever.
const { express, jwt, crypto, publicKey: key, key: issuerKey, ISSUER, AUDIENCE, whoHas } = lab;
const app = express();
app.use(lab.need('cookie-parser')());
const ended = new Map();
const claimsOf = (req, res) => {
  /*@JWT-014,JWT-016 flaw 1-2*/
  /*@JWT-014,JWT-016 fix 1-3*/
  return claims;
};
const verify = (req, res, next) => {
  try { req.claims = claimsOf(req, res); } catch { /* no claims */ }
  return res.headersSent ? undefined : req.claims?.sub ? next() : res.sendStatus(401);
};
let user;
app.use('/login', (req, res, next) => {
  const account = whoHas(req);
  if (!account) return res.sendStatus(401);
  user = { id: account.id, sub: account.id, password: 'correct horse ' + account.id };
  return next();
});
/*@JWT-013,JWT-015 flaw 3-4*/
/*@JWT-013,JWT-015 fix 4-6*/
return lab.profiles((req, res) => claimsOf(req, res), { app });
