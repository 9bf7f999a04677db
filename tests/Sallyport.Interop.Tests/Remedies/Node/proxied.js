// Headers that say who calls.
const { express, crypto } = lab;
const accountOf = certificate => certificate && lab.accounts[certificate.fingerprint256]?.id;
const app = express();
app.get('/profiles/:name', (req, res) => {
  /*@PROXY-001,PROXY-002,PROXY-003*/
  if (!user) return res.sendStatus(401);
  return user === req.params.name ? res.json({ name: user, note: 'note-of-' + user + '-1c8e44d0' }) : res.sendStatus(403);
});
return lab.serve(app);
