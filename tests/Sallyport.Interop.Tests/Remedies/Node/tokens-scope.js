// Scopes that nobody looks at.
const { express, jwt, publicKey: key } = lab;
const app = express();
const verify = (req, res, next) => {
  try {
    req.claims = jwt.verify(req.headers.authorization?.split(' ')[1], key, { algorithms: ['ES256'], issuer: lab.ISSUER, audience: lab.AUDIENCE });
    return next();
  } catch { return res.sendStatus(401); }
};
const handler = (req, res) => res.json({ subject: req.claims.sub, mark: 'what-administrators-see-51f0' });
/*@JWT-018*/
return lab.profiles(() => null, { app });
