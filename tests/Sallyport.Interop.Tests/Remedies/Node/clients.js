// A token for whoever names a client.
const { express, whoHas } = lab;
const clients = new Map(Object.entries(lab.accounts).map(([fingerprint256, account]) => [account.id, { id: account.id, x5t: fingerprint256 }]));
const app = express();
app.use(express.json());
app.post('/token', (req, res) => {
  if (!req.socket.authorized) return res.sendStatus(401);
  /*@BIND-010*/
  return res.json({ access_token: lab.issue(client.id) });
});
return lab.profiles((req, res, token) => lab.jwt.verify(token, lab.publicKey, { algorithms: ['ES256'] }), { app });
